package io.chatserver.client.view;

import io.chatserver.client.command.AddressBook;
import io.chatserver.client.command.CommandLine;
import io.chatserver.client.command.CommandRunner;
import io.chatserver.client.command.CommandTable;
import io.chatserver.client.command.Display;
import io.chatserver.client.command.Input;
import io.chatserver.client.command.Outcome;
import io.chatserver.client.command.Target;
import io.chatserver.client.net.ChatConnection;
import io.chatserver.client.net.ChatConnector;
import io.chatserver.client.net.ConnectionListener;
import io.chatserver.client.net.ConnectionSettings;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.concurrent.CompletionException;
import org.jline.reader.EndOfFileException;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;

/**
 * The client in a terminal.
 *
 * <p>Threads: the main thread reads lines; what comes from the server is printed by the
 * connection's event loop, above the line being typed.
 */
public final class Console implements Display, ConnectionListener {
  /**
   * How it looks and begins.
   *
   * @param user who wants to log in, where that is known already
   * @param history the file of the lines typed so far; null for none
   * @param colours whether names have colours
   */
  public record Options(@Nullable String user, @Nullable Path history, boolean colours) {}

  private final Screen screen;
  private final AddressBook addressBook;
  private final MessageRenderer messages;
  private final AnswerRenderer answers;

  /** Whether the connection gave up, so that only a new login helps. */
  private volatile boolean sessionOver;

  private Console(Screen screen, AddressBook addressBook, boolean colours) {
    this.screen = screen;
    this.addressBook = addressBook;
    messages = new MessageRenderer(addressBook, ZoneId.systemDefault(), colours);
    answers = new AnswerRenderer(addressBook);
  }

  /** Runs in the terminal of this process until the user leaves. */
  public static Outcome run(ChatConnector connector, ConnectionSettings settings, Options options)
      throws IOException {
    return run(Screen.systemTerminal(), connector, settings, options);
  }

  static Outcome run(
      Terminal terminal, ChatConnector connector, ConnectionSettings settings, Options options)
      throws IOException {
    var addressBook = new AddressBook();
    try (var screen = new Screen(terminal, addressBook, options.history(), options.colours())) {
      var console = new Console(screen, addressBook, options.colours());
      try (var connection = connector.create(settings, console)) {
        return console.run(connection, settings.address(), options.user());
      }
    }
  }

  private Outcome run(ChatConnection connection, String address, @Nullable String user) {
    try {
      connection.connect().join();
    } catch (CompletionException e) {
      screen.print("cannot connect to " + address + ": " + reason(e));
      return Outcome.CANNOT_CONNECT;
    }
    var dialog = new LoginDialog(screen, connection, answers);
    var known = user;
    while (dialog.logIn(known) && chat(connection)) {
      known = null;
    }
    return Outcome.DONE;
  }

  /** Reads commands; true when another login is wanted. */
  private boolean chat(ChatConnection connection) {
    var runner = new CommandRunner(connection, addressBook, this);
    while (true) {
      try {
        var line = screen.readLine(runner.current().map(answers::prompt).orElse("> "));
        if (sessionOver) {
          tellUndone(line);
          return true;
        }
        switch (CommandLine.parse(line)) {
          case Input.Action action -> run(runner, line, action);
          case Input.Help _ -> screen.print(CommandTable.help());
          case Input.Nothing _ -> {}
          case Input.Logout _ -> {
            logOut(connection, runner);
            return true;
          }
          case Input.Quit _ -> throw new EndOfFileException();
        }
      } catch (UserInterruptException _) {
        // The line is given up.
      } catch (EndOfFileException _) {
        runner.outstanding().join();
        return false;
      }
    }
  }

  private void tellUndone(String line) {
    if (!line.isBlank()) {
      failed(line, "", "the session is over");
    }
  }

  private static void run(CommandRunner runner, String line, Input.Action action) {
    var _ = runner.run(line, action);
  }

  private void logOut(ChatConnection connection, CommandRunner runner) {
    runner.outstanding().join();
    try {
      connection.send(new Command.Logout()).join();
    } catch (CompletionException e) {
      screen.print("logged out here only: " + reason(e));
    }
  }

  @Override
  public void sent(ChatMessage message) {
    screen.print(messages.render(message, screen.width()));
  }

  @Override
  public void answered(Command command, Reply reply) {
    screen.print(answers.lines(reply));
  }

  @Override
  public void failed(String line, String code, String reason) {
    screen.print("failed (%s): %s".formatted(SafeText.of(reason), SafeText.of(line)));
  }

  @Override
  public void talkingTo(Target target) {
    // The prompt shows it.
  }

  @Override
  public void pushed(Push push) {
    if (push instanceof Push.MessageReceived(var message)) {
      addressBook.learn(message);
      screen.print(messages.render(message, screen.width()));
    }
  }

  @Override
  public void stateChanged(ConnectionState state) {
    sessionOver = state instanceof ConnectionState.GaveUp;
    if (state instanceof ConnectionState.LoggedIn(var login, var again)) {
      addressBook.learn(login);
      if (!again) {
        screen.print(answers.lines(login));
        return;
      }
    }
    screen.printDim(answers.line(state));
  }

  /** What a person is told of a failed request. */
  static String reason(CompletionException e) {
    var cause = e.getCause() == null ? e : e.getCause();
    return SafeText.of(String.valueOf(cause.getMessage()));
  }
}
