package io.chatserver.client.view;

import io.chatserver.client.command.AddressBook;
import io.chatserver.client.command.CommandLine;
import io.chatserver.client.command.CommandRunner;
import io.chatserver.client.command.CommandTable;
import io.chatserver.client.command.Input;
import io.chatserver.client.command.Outcome;
import io.chatserver.client.delivery.ChatSession;
import io.chatserver.client.net.ChatConnector;
import io.chatserver.client.net.ConnectionSettings;
import io.chatserver.client.net.RequestException;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import io.chatserver.text.NotUtf8Exception;
import io.chatserver.text.Utf8Lines;
import io.chatserver.tls.TlsException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/**
 * The client without a terminal: runs each line of its input, and prints plain lines.
 *
 * <p>Texts follow each other without waiting for their outcome; any other command waits for those
 * before it and is waited for, so that everything behind it sees its effect.
 *
 * <p>Threads: one runs it; what comes from the server is printed by the connection's event loop.
 */
public final class Script {
  /** The longest time without a session, or without progress of waiting texts. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /**
   * The account that runs the script.
   *
   * @param register whether to open the account first, unless it exists; {@code who} is its name
   */
  public record Account(Command.Identity who, String password, boolean register) {
    @Override
    public String toString() {
      return "Account[" + who + "]";
    }
  }

  private final Utf8Lines in;
  private final PlainLines lines;
  private final Duration linger;
  private final AddressBook addressBook = new AddressBook();
  private volatile boolean failed;

  /**
   * Creates a script.
   *
   * @param linger how long to listen on after the end of the input
   */
  public Script(Utf8Lines in, PrintStream out, Duration linger) {
    this.in = in;
    this.linger = linger;
    lines = new PlainLines(out);
  }

  /**
   * Runs to the end of the input.
   *
   * @param state the directory of what outlives the client
   */
  public Outcome run(
      ChatConnector connector, ConnectionSettings settings, Path state, Account account)
      throws IOException {
    var events = new ScriptEvents(lines, addressBook);
    try (var session = new ChatSession(connector, settings, state, events)) {
      var runner = new CommandRunner(session, addressBook, lines);
      events.attach(session, runner);
      var opened = open(session, account);
      if (opened != Outcome.DONE) {
        return opened;
      }
      boolean toTheEnd = readLines(session, runner, events, settings.requests().maxInFlight());
      finishSending(session, runner);
      if (toTheEnd) {
        events.awaitOver(linger);
      }
    }
    if (events.isOver()) {
      return Outcome.SESSION_LOST;
    }
    return failed ? Outcome.COMMAND_FAILED : Outcome.DONE;
  }

  private Outcome open(ChatSession session, Account account) {
    try {
      session.connect().join();
      if (account.register() && account.who() instanceof Command.Identity.ByName(var name)) {
        var register = new Command.Register(name, account.password());
        var reply = session.request(register).join();
        boolean exists =
            reply instanceof Reply.Failed(var code, _, _) && code == ErrorCode.NAME_TAKEN;
        if (!exists && reply instanceof Reply.Failed refusal) {
          lines.refused("register", refusal);
          return Outcome.LOGIN_REFUSED;
        }
        if (!exists) {
          lines.answered(register, reply);
        }
      }
      if (session.logIn(account.who(), account.password()).join() instanceof Reply.Failed refusal) {
        lines.refused("login", refusal);
        return Outcome.LOGIN_REFUSED;
      }
      return Outcome.DONE;
    } catch (CompletionException e) {
      failed("login", e);
      return Console.outcomeOf(e);
    }
  }

  /** Runs the lines; false if one of them ended the script. */
  private boolean readLines(
      ChatSession session, CommandRunner runner, ScriptEvents events, int maxInFlight)
      throws IOException {
    var room = new Semaphore(maxInFlight);
    for (var next = nextLine(); next.isPresent(); next = nextLine()) {
      var line = next.get();
      if (!events.awaitSession(PATIENCE)) {
        lines.failed(line, "not-connected", "not done: there is no session");
        return false;
      }
      switch (CommandLine.parse(line)) {
        case Input.Action action -> {
          if (!run(runner, room, line, action)) {
            return false;
          }
        }
        case Input.Help _ -> CommandTable.help().forEach(text -> lines.line("help", text));
        case Input.Nothing _ -> {}
        case Input.Logout _ -> {
          logOut(session, runner);
          return false;
        }
        case Input.Quit _ -> {
          return false;
        }
      }
    }
    return true;
  }

  /** Reads the next valid line, and reports invalid ones. */
  private Optional<String> nextLine() throws IOException {
    while (true) {
      try {
        return in.next();
      } catch (NotUtf8Exception e) {
        lines.failed("", "not-utf-8", "not done: " + e.getMessage());
        failed = true;
      }
    }
  }

  /** Runs one line; false if earlier texts failed. */
  private boolean run(CommandRunner runner, Semaphore room, String line, Input.Action action) {
    boolean isText =
        switch (action) {
          case Input.Message _, Input.GroupMessage _, Input.Plain _ -> true;
          default -> false;
        };
    if (!isText && !runner.awaitOutstanding(PATIENCE)) {
      lines.failed(line, "not-sent", "not done: texts before it cannot be sent");
      return false;
    }
    room.acquireUninterruptibly();
    var done = runner.run(line, action).thenAccept(this::note).thenRun(room::release);
    if (!isText) {
      done.join();
    }
    return true;
  }

  private void note(boolean success) {
    if (!success) {
      failed = true;
    }
  }

  private void finishSending(ChatSession session, CommandRunner runner) {
    var _ = runner.awaitOutstanding(PATIENCE);
    runner.giveUp();
    var unsent = session.unsettled();
    if (!unsent.isEmpty()) {
      lines.unsent(unsent);
      failed = true;
    }
  }

  private void logOut(ChatSession session, CommandRunner runner) {
    finishSending(session, runner);
    try {
      lines.answered(new Command.Logout(), session.logOut().join());
    } catch (CompletionException e) {
      failed("logout", e);
      failed = true;
    }
  }

  private void failed(String line, CompletionException e) {
    var code =
        switch (e.getCause()) {
          case RequestException known -> known.code();
          case TlsException _ -> "tls";
          case null, default -> "not-connected";
        };
    lines.failed(line, code, Console.reason(e));
  }
}
