package io.chatserver.client.view;

import io.chatserver.client.command.UnknownNameException;
import io.chatserver.client.command.WrittenId;
import io.chatserver.client.delivery.ChatSession;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.Reply;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jline.reader.EndOfFileException;
import org.jline.reader.UserInterruptException;
import org.jspecify.annotations.Nullable;

/** The menu of the original: log in, register, or leave. */
final class LoginDialog {
  private final Screen screen;
  private final ChatSession session;
  private final AnswerRenderer answers;

  LoginDialog(Screen screen, ChatSession session, AnswerRenderer answers) {
    this.screen = screen;
    this.session = session;
    this.answers = answers;
  }

  /**
   * Asks until a session has begun; false if the user wants to leave.
   *
   * @param user who wants to log in, where that is known already
   */
  boolean logIn(@Nullable String user) {
    var known = user;
    while (true) {
      try {
        if (known == null ? choose() : logInAs(known)) {
          return true;
        }
      } catch (UserInterruptException _) {
        // Back to the menu.
      } catch (EndOfFileException _) {
        return false;
      }
      known = null;
    }
  }

  private boolean choose() {
    return switch (choice()) {
      case "1" -> logInAs(screen.ask("user id or name: ").strip());
      case "2" -> register();
      case "3" -> throw new EndOfFileException();
      default -> false;
    };
  }

  /** Reads the choice. An interrupt leaves, as in any program at a prompt. */
  private String choice() {
    try {
      return screen.ask("1 login  2 register  3 quit: ").strip();
    } catch (UserInterruptException _) {
      throw new EndOfFileException();
    }
  }

  private boolean logInAs(String user) {
    try {
      var identity = WrittenId.identity(user);
      if (session.hasToken(identity)
          && request(() -> session.logInWithToken(identity)).isPresent()) {
        return true;
      }
      return logIn(identity, screen.askSecret("password: "));
    } catch (UnknownNameException e) {
      screen.print(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private boolean logIn(Command.Identity identity, String password) {
    return request(() -> session.logIn(identity, password)).isPresent();
  }

  private boolean register() {
    var name = screen.ask("new user's name: ").strip();
    var password = screen.askSecret("password: ");
    if (!password.equals(screen.askSecret("password again: "))) {
      screen.print("the passwords differ");
      return false;
    }
    var reply = request(() -> session.request(new Command.Register(name, password)));
    if (reply.isEmpty() || !(reply.get() instanceof Reply.Registered(var id))) {
      return false;
    }
    screen.print(answers.lines(reply.get()));
    return logIn(new Command.Identity.ById(id), password);
  }

  /**
   * Sends a request, and opens the connection if necessary. Prints a failure and returns empty. The
   * connection is closed while the menu is shown, because the server would close it anyway.
   */
  private Optional<Reply> request(Supplier<CompletableFuture<Reply>> question) {
    try {
      var reply = session.connect().thenCompose(_ -> question.get()).join();
      if (!(reply instanceof Reply.Failed)) {
        return Optional.of(reply);
      }
      screen.print(answers.lines(reply));
    } catch (CompletionException e) {
      screen.print("no answer: " + Console.reason(e));
    }
    session.disconnect();
    return Optional.empty();
  }
}
