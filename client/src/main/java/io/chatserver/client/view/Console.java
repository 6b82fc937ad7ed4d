package io.chatserver.client.view;

import io.chatserver.client.command.AddressBook;
import io.chatserver.client.command.CommandLine;
import io.chatserver.client.command.CommandRunner;
import io.chatserver.client.command.CommandTable;
import io.chatserver.client.command.Display;
import io.chatserver.client.command.Input;
import io.chatserver.client.command.Outcome;
import io.chatserver.client.command.Target;
import io.chatserver.client.delivery.ChatSession;
import io.chatserver.client.delivery.Outgoing;
import io.chatserver.client.delivery.PrivateFiles;
import io.chatserver.client.delivery.SendState;
import io.chatserver.client.delivery.SessionListener;
import io.chatserver.client.net.ChatConnector;
import io.chatserver.client.net.ConnectionSettings;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UnknownEntry;
import io.chatserver.protocol.UserId;
import io.chatserver.tls.TlsException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
public final class Console implements Display, SessionListener {
  /**
   * How it looks and begins.
   *
   * @param user who wants to log in, where that is known already
   * @param state the directory of what outlives the client
   * @param colours whether names have colours
   * @param receipts whether to show that a text was read
   */
  public record Options(@Nullable String user, Path state, boolean colours, boolean receipts) {}

  /** Texts read within this time of each other are shown once. */
  private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();

  /** How long leaving waits for texts in flight. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Screen screen;
  private final Options options;
  private final AddressBook addressBook;
  private final MessageRenderer messages;
  private final AnswerRenderer answers;
  private final BottomLines bottom;

  /** Whether the connection gave up, so that only a new login helps. */
  private volatile boolean sessionOver;

  /** Whether the user is at the menu, where connections open and close without a line. */
  private volatile boolean inDialog;

  private volatile boolean inSession;
  private volatile boolean loggedInAgain;

  /** Whether the session is moving to another server, which users need not notice. */
  private volatile boolean moving;

  private volatile @Nullable ChatSession session;
  private volatile @Nullable CommandRunner runner;

  /** The last own message of each conversation that the other one has not read yet. */
  private final Map<ConversationId, Long> unreadOfPeers = new HashMap<>();

  /** When the last text of a conversation was read, by {@link System#nanoTime}. */
  private final Map<ConversationId, Long> readTold = new HashMap<>();

  private Console(Screen screen, AddressBook addressBook, Options options) {
    this.screen = screen;
    this.addressBook = addressBook;
    this.options = options;
    messages = new MessageRenderer(addressBook, ZoneId.systemDefault(), options.colours());
    answers = new AnswerRenderer(addressBook);
    bottom = new BottomLines(screen, answers);
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
    var history = options.state().resolve("history");
    PrivateFiles.file(history);
    try (var screen = new Screen(terminal, addressBook, history, options.colours())) {
      var console = new Console(screen, addressBook, options);
      try (var session = new ChatSession(connector, settings, options.state(), console)) {
        console.session = session;
        return console.run(session, settings.address(), options.user());
      }
    }
  }

  private Outcome run(ChatSession session, String address, @Nullable String user) {
    try {
      session.connect().join();
    } catch (CompletionException e) {
      screen.print("cannot connect to " + address + ": " + reason(e));
      return outcomeOf(e);
    }
    // This only checks that the server is reachable. The dialog opens the connection again when it
    // has something to send.
    session.disconnect();
    var dialog = new LoginDialog(screen, session, answers);
    var known = user;
    boolean again = true;
    while (again) {
      var freshRunner = new CommandRunner(session, addressBook, this);
      runner = freshRunner;
      inDialog = true;
      again = dialog.logIn(known) && chat(session, freshRunner);
      known = null;
    }
    return Outcome.DONE;
  }

  /** Reads commands; true when another login is wanted. */
  private boolean chat(ChatSession session, CommandRunner runner) {
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
          case Input.Nothing _ -> session.retryNow();
          case Input.Logout _ -> {
            logOut(session, runner);
            return true;
          }
          case Input.Quit _ -> throw new EndOfFileException();
        }
      } catch (UserInterruptException _) {
        // The line is given up.
      } catch (EndOfFileException _) {
        finishSending(session, runner);
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

  private void finishSending(ChatSession session, CommandRunner runner) {
    var _ = runner.awaitOutstanding(PATIENCE);
    runner.giveUp();
    bottom.sessionEnds();
    tellUnsent("not sent yet, and sent after the next login", session.unsettled());
  }

  private void tellUnsent(String what, List<Outgoing> messages) {
    for (var message : messages) {
      var text = SafeText.of(message.text());
      screen.print("%s: to %s: %s".formatted(what, answers.name(message.conversation()), text));
    }
  }

  private void logOut(ChatSession session, CommandRunner runner) {
    finishSending(session, runner);
    try {
      session.logOut().join();
    } catch (CompletionException e) {
      screen.print("logged out here only: " + reason(e));
    }
    session.disconnect();
  }

  @Override
  public void queued(Outgoing message) {
    if (!inSession && !moving) {
      screen.printDim("waits for the connection: " + SafeText.of(message.text()));
    } else {
      bottom.sending(message);
    }
  }

  @Override
  public void stored(Outgoing message, SendState.Stored stored) {
    // It is shown in its place among the others.
    unreadOfPeers.put(message.conversation(), stored.seq());
    bottom.settled(message);
  }

  @Override
  public void answered(Command command, Reply reply) {
    screen.print(answers.lines(reply));
    if (reply instanceof Reply.History page) {
      page.entries().forEach(this::show);
    }
  }

  private void show(LogEntry entry) {
    switch (entry) {
      case ChatMessage message -> screen.print(messages.render(message, screen.width()));
      case MemberEntry change -> screen.print(messages.render(change));
      case UnknownEntry _ -> {
        // Of a newer server.
      }
    }
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
  public void message(ChatMessage message) {
    addressBook.learn(message);
    show(message);
    Objects.requireNonNull(session).markRead(message.conversation(), message.seq());
  }

  @Override
  public void memberChanged(MemberEntry change) {
    addressBook.learn(change);
    show(change);
    Objects.requireNonNull(session).markRead(change.conversation(), change.seq());
  }

  @Override
  public void logBeganAnew() {
    unreadOfPeers.clear();
    screen.printDim("the server was restored from a copy: some of what is above may be lost there");
  }

  @Override
  public void stateChanged(Outgoing message, SendState state) {
    if (state instanceof SendState.Refused) {
      bottom.settled(message);
    }
    Objects.requireNonNull(runner).stateChanged(message, state);
  }

  @Override
  public void unsent(List<Outgoing> unsent) {
    tellUnsent("not sent yet, and sent now", unsent);
    Objects.requireNonNull(runner).resume(unsent);
  }

  @Override
  public void conversations(List<ConversationState> conversations) {
    for (var state : conversations) {
      // After a reconnect the server may not know yet what has been shown here.
      if (state.unread() > 0 && !loggedInAgain) {
        screen.printDim(
            "%d unread: %s".formatted(state.unread(), answers.name(state.conversation())));
      }
    }
  }

  @Override
  public void receipt(ConversationId conversation, UserId user, Place place) {
    var last = unreadOfPeers.get(conversation);
    if (last != null && place.read() >= last) {
      unreadOfPeers.remove(conversation);
      long now = System.nanoTime();
      var before = readTold.put(conversation, now);
      // In a busy conversation every text would get such a line.
      if (options.receipts() && (before == null || now - before > QUIET_NANOS)) {
        screen.printDim(answers.name(conversation) + " has read your message");
      }
    }
  }

  @Override
  public void stateChanged(ConnectionState state) {
    boolean moved = moving && state instanceof ConnectionState.LoggedIn;
    moving = state instanceof ConnectionState.Moving;
    inSession = state instanceof ConnectionState.LoggedIn;
    sessionOver = state instanceof ConnectionState.GaveUp;
    if (state instanceof ConnectionState.LoggedIn(var login, var again)) {
      addressBook.learn(login);
      loggedInAgain = again;
      inDialog = false;
      if (!again) {
        screen.print(answers.lines(login));
        return;
      }
    }
    boolean reopened = inDialog && state instanceof ConnectionState.Connected;
    if (!moved && !moving && !reopened && !bottom.tells(state)) {
      screen.printDim(answers.line(state));
    }
  }

  /** The outcome of a run whose connection could not be opened. */
  static Outcome outcomeOf(CompletionException e) {
    return e.getCause() instanceof TlsException ? Outcome.TLS_FAILED : Outcome.CANNOT_CONNECT;
  }

  /** The text for a failed request. */
  static String reason(CompletionException e) {
    var cause = e.getCause() == null ? e : e.getCause();
    return SafeText.of(String.valueOf(cause.getMessage()));
  }
}
