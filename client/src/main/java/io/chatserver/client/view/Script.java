package io.chatserver.client.view;

import io.chatserver.client.command.AddressBook;
import io.chatserver.client.command.CommandLine;
import io.chatserver.client.command.CommandRunner;
import io.chatserver.client.command.CommandTable;
import io.chatserver.client.command.Input;
import io.chatserver.client.command.Outcome;
import io.chatserver.client.net.ChatConnection;
import io.chatserver.client.net.ChatConnector;
import io.chatserver.client.net.ConnectionListener;
import io.chatserver.client.net.ConnectionSettings;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.client.net.RequestException;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The client without a terminal: does what each line of its input says, and prints plain lines.
 *
 * <p>Texts follow each other without waiting for their replies; any other command waits for those
 * before it and is waited for, so that everything behind it sees its effect.
 *
 * <p>Threads: one runs it; what comes from the server is printed by the connection's event loop.
 */
public final class Script implements ConnectionListener {
  private static final Duration RECONNECT_LIMIT = Duration.ofMinutes(1);

  private final BufferedReader in;
  private final PlainLines lines;
  private final Duration linger;
  private final AddressBook addressBook = new AddressBook();

  /** Whether there is a session; undecided while the connection tries to come back. */
  private volatile CompletableFuture<Boolean> session = new CompletableFuture<>();

  /** Done when the connection gave up. */
  private final CompletableFuture<Boolean> over = new CompletableFuture<>();

  private volatile boolean failed;

  /**
   * Creates a script.
   *
   * @param linger how long to listen on after the end of the input
   */
  public Script(BufferedReader in, PrintStream out, Duration linger) {
    this.in = in;
    this.linger = linger;
    lines = new PlainLines(out);
  }

  /**
   * Runs to the end of the input.
   *
   * @param opening what is asked before the first line; all of it must succeed
   */
  public Outcome run(ChatConnector connector, ConnectionSettings settings, List<Command> opening)
      throws IOException {
    try (var connection = connector.create(settings, this)) {
      var opened = open(connection, opening);
      if (opened != Outcome.DONE) {
        return opened;
      }
      var runner = new CommandRunner(connection, addressBook, lines);
      boolean toTheEnd = readLines(connection, runner, settings.requests().maxInFlight());
      runner.outstanding().join();
      if (toTheEnd) {
        waitFor(over, linger);
      }
    }
    if (over.isDone()) {
      return Outcome.SESSION_LOST;
    }
    return failed ? Outcome.COMMAND_FAILED : Outcome.DONE;
  }

  private Outcome open(ChatConnection connection, List<Command> opening) {
    try {
      connection.connect().join();
      for (var command : opening) {
        var reply = connection.send(command).join();
        if (reply instanceof Reply.Failed refusal) {
          lines.refused(command, refusal);
          return Outcome.LOGIN_REFUSED;
        }
        if (reply instanceof Reply.Registered) {
          lines.answered(command, reply);
        }
      }
      return Outcome.DONE;
    } catch (CompletionException e) {
      failed("login", e);
      return Outcome.CANNOT_CONNECT;
    }
  }

  /** Does what the lines say; false if one of them ended it. */
  private boolean readLines(ChatConnection connection, CommandRunner runner, int maxInFlight)
      throws IOException {
    var room = new Semaphore(maxInFlight);
    String line;
    while ((line = in.readLine()) != null) {
      if (!hasSession()) {
        lines.failed(line, "not-connected", "not done: there is no session");
        return false;
      }
      switch (CommandLine.parse(line)) {
        case Input.Action action -> run(runner, room, line, action);
        case Input.Help _ -> CommandTable.help().forEach(text -> lines.line("help", text));
        case Input.Nothing _ -> {}
        case Input.Logout _ -> {
          logOut(connection, runner);
          return false;
        }
        case Input.Quit _ -> {
          return false;
        }
      }
    }
    return true;
  }

  private void run(CommandRunner runner, Semaphore room, String line, Input.Action action) {
    boolean isText =
        switch (action) {
          case Input.Message _, Input.GroupMessage _, Input.Plain _ -> true;
          default -> false;
        };
    if (!isText) {
      runner.outstanding().join();
    }
    room.acquireUninterruptibly();
    var done = runner.run(line, action).thenAccept(this::note).thenRun(room::release);
    if (!isText) {
      done.join();
    }
  }

  private void note(boolean success) {
    if (!success) {
      failed = true;
    }
  }

  private void logOut(ChatConnection connection, CommandRunner runner) {
    runner.outstanding().join();
    var logout = new Command.Logout();
    try {
      lines.answered(logout, connection.send(logout).join());
    } catch (CompletionException e) {
      failed("logout", e);
      failed = true;
    }
  }

  /** Waits for a lost connection to come back, and not for ever. */
  private boolean hasSession() {
    if (waitFor(session, RECONNECT_LIMIT)) {
      return true;
    }
    over.complete(false);
    return false;
  }

  private static boolean waitFor(CompletableFuture<Boolean> future, Duration limit) {
    return future.copy().completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  private void failed(String line, CompletionException e) {
    var code = e.getCause() instanceof RequestException known ? known.code() : "not-connected";
    lines.failed(line, code, Console.reason(e));
  }

  @Override
  public void pushed(Push push) {
    if (push instanceof Push.MessageReceived(var message)) {
      addressBook.learn(message);
      lines.message(message);
    }
  }

  @Override
  public void stateChanged(ConnectionState state) {
    lines.state(state);
    switch (state) {
      case ConnectionState.LoggedIn(var login, _) -> {
        addressBook.learn(login);
        session.complete(true);
      }
      case ConnectionState.Lost _ -> {
        if (session.isDone()) {
          session = new CompletableFuture<>();
        }
      }
      case ConnectionState.GaveUp _ -> {
        over.complete(true);
        session.complete(false);
      }
      case ConnectionState.Connected _,
          ConnectionState.LoggedOut _,
          ConnectionState.Retrying _ -> {}
    }
  }
}
