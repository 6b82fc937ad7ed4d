package io.chatserver.client.delivery;

import io.chatserver.client.net.ChatConnection;
import io.chatserver.client.net.ChatConnector;
import io.chatserver.client.net.ConnectionListener;
import io.chatserver.client.net.ConnectionSettings;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A user's session that loses nothing: what is sent is on disk first and is sent until its outcome
 * is known; what is said in his conversations comes to the {@link SessionListener} once and in
 * order, across lost connections and killed processes.
 *
 * <p>Threads: any, but for {@link #close}, which waits for the disk and so is not for the
 * connection's event loop. Futures complete on that loop: what is chained to them must not wait.
 */
public final class ChatSession implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChatSession.class);

  private final Path server;
  private final SessionListener listener;
  private final ChatConnection connection;

  /** The files of the user who is logged in, or was last; changed on the event loop only. */
  private volatile @Nullable Mailbox mailbox;

  /** The credentials to use when a token is refused; accessed on the event loop only. */
  private Command.Credentials.@Nullable Password password;

  /**
   * Creates a session; nothing is opened before a login.
   *
   * @param state the directory under which users have their files; other sessions and processes may
   *     use it at the same time
   */
  public ChatSession(
      ChatConnector connector, ConnectionSettings settings, Path state, SessionListener listener) {
    server = state.resolve(settings.address().replaceAll("[^A-Za-z0-9.:-]", "_"));
    this.listener = new GuardedListener(listener);
    connection = connector.create(settings, new Events());
  }

  /** Opens the connection, unless it is open: one attempt, which fails if the server is away. */
  public CompletableFuture<Void> connect() {
    return connection.connect();
  }

  /**
   * Closes the connection if there is no session on it, without notifying the listener. {@link
   * #connect} opens it again.
   */
  public void disconnect() {
    connection.disconnect();
  }

  /** Reconnects at once if a lost connection waits for its next attempt. */
  public void retryNow() {
    connection.retryNow();
  }

  /** Logs in with a password; {@link #connect} comes first. */
  public CompletableFuture<Reply> logIn(Command.Identity who, String password) {
    return inLoop(() -> begin(who, new Command.Credentials.Password(who, password)));
  }

  /**
   * Logs in with the token that an earlier login on this machine has left; {@link #connect} comes
   * first.
   */
  public CompletableFuture<Reply> logInWithToken(Command.Identity who) {
    return inLoop(() -> {
      var token = UserDirectory.find(server, who).map(UserDirectory::token);
      return token.isPresent()
          ? begin(who, new Command.Credentials.Token(token.get()))
          : CompletableFuture.completedFuture(new Reply.Failed(ErrorCode.TOKEN_INVALID, ""));
    });
  }

  /** Whether an earlier login on this machine has left a token that may still be good. */
  public boolean hasToken(Command.Identity who) {
    return UserDirectory.find(server, who).map(UserDirectory::token).isPresent();
  }

  /** Ends the session and makes its token useless; what has no outcome yet waits on disk. */
  public CompletableFuture<Reply> logOut() {
    return inLoop(() -> {
      var token = mailbox == null ? null : mailbox.directory().token();
      var revoked =
          token == null
              ? CompletableFuture.<@Nullable Reply>completedFuture(null)
              : connection.send(new Command.RevokeTokens(token)).exceptionally(_ -> null);
      return revoked.thenCompose(_ -> {
        forgetToken();
        return connection.send(new Command.Logout());
      });
    });
  }

  /**
   * Accepts a text, and sends it until its outcome is known. The listener is notified of its
   * states: first {@link SendState.Queued}, from which on it cannot be lost.
   *
   * @throws NotQueuedException if it is not accepted
   * @throws IllegalArgumentException if the user is not one of the two people of the conversation
   */
  public Outgoing send(ConversationId conversation, String text) {
    var current = mailbox;
    if (current == null) {
      throw new NotQueuedException("not-connected", "not taken: nobody is logged in");
    }
    return current.send(conversation, text);
  }

  /** Messages that were taken and have no outcome yet. */
  public List<Outgoing> unsettled() {
    var current = mailbox;
    return current == null ? List.of() : current.unsettled();
  }

  /**
   * Sends another command. The future gives the reply, be it a refusal, or fails with a {@link
   * io.chatserver.client.net.RequestException}.
   */
  public CompletableFuture<Reply> request(Command command) {
    return connection.send(command);
  }

  /** The user has seen the messages of a conversation up to this one. */
  public void markRead(ConversationId conversation, long seq) {
    execute(() -> {
      if (mailbox != null) {
        mailbox.markRead(conversation, seq);
      }
    });
  }

  /**
   * Closes the connection for good, without notifying the listener. Messages without an outcome
   * stay on disk.
   */
  @Override
  public void close() {
    var closed = new CompletableFuture<@Nullable Void>();
    boolean running =
        execute(() -> {
          closeMailbox();
          connection.close();
          closed.complete(null);
        });
    if (running) {
      closed.join();
    } else {
      closeMailbox();
    }
  }

  private CompletableFuture<Reply> begin(Command.Identity who, Command.Credentials credentials) {
    try {
      PrivateFiles.directory(server);
      var known = UserDirectory.find(server, who);
      if (known.isPresent()) {
        open(known.get());
      } else {
        closeMailbox();
      }
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
    password = credentials instanceof Command.Credentials.Password secret ? secret : null;
    return connection.send(login(credentials)).thenCompose(this::began);
  }

  /** Without files there is no session. */
  private CompletableFuture<Reply> began(Reply reply) {
    if (reply instanceof Reply.Failed(var code, _, _) && code == ErrorCode.TOKEN_INVALID) {
      forgetToken();
    }
    if (reply instanceof Reply.LoggedIn && mailbox == null) {
      return connection
          .send(new Command.Logout())
          .thenCompose(_ ->
              CompletableFuture.failedFuture(new IOException("cannot use the files in " + server)));
    }
    return CompletableFuture.completedFuture(reply);
  }

  private Command.Login login(Command.Credentials credentials) {
    var resume = mailbox == null ? new Command.Resume(Map.of()) : mailbox.resume();
    // One that is good for a while yet spares the others of this user: the oldest go.
    boolean known = mailbox != null && mailbox.directory().token() != null;
    boolean remember = credentials instanceof Command.Credentials.Password && !known;
    return new Command.Login(credentials, remember, resume, true);
  }

  private void open(UserDirectory directory) throws IOException {
    if (mailbox == null || !mailbox.directory().user().equals(directory.user())) {
      closeMailbox();
      mailbox = Mailbox.open(directory, connection, listener);
    }
  }

  private void closeMailbox() {
    var old = mailbox;
    mailbox = null;
    if (old != null) {
      try {
        old.close();
      } catch (IOException e) {
        log.warn("cannot close the files of user {}", old.directory().user(), e);
      }
    }
  }

  private void forgetToken() {
    if (mailbox != null) {
      mailbox.directory().forgetToken();
    }
  }

  private CompletableFuture<Reply> inLoop(Supplier<CompletableFuture<Reply>> task) {
    var result = new CompletableFuture<CompletableFuture<Reply>>();
    if (!execute(() -> result.complete(task.get()))) {
      return CompletableFuture.failedFuture(new IllegalStateException("closed"));
    }
    return result.thenCompose(reply -> reply);
  }

  private boolean execute(Runnable task) {
    try {
      connection.executor().execute(task);
      return true;
    } catch (RejectedExecutionException _) {
      return false;
    }
  }

  /** The events of the connection. */
  private final class Events implements ConnectionListener {
    @Override
    public void pushed(Push push) {
      if (mailbox != null) {
        mailbox.pushed(push);
      }
    }

    @Override
    public void pong(Reply.Pong pong) {
      if (mailbox != null) {
        mailbox.pong(pong);
      }
    }

    @Override
    public void stateChanged(ConnectionState state) {
      if (state instanceof ConnectionState.LoggedIn(var login, _)) {
        begun(state, login);
        return;
      }
      if (mailbox != null) {
        mailbox.sessionEnded();
      }
      if (state instanceof ConnectionState.LoggedOut) {
        closeMailbox();
      }
      listener.stateChanged(state);
    }

    private void begun(ConnectionState state, Reply.LoggedIn login) {
      try {
        var directory = UserDirectory.of(server, login.id(), login.name());
        if (login.token() != null) {
          directory.keep(login.token());
        }
        open(directory);
      } catch (IOException e) {
        log.warn("cannot open the files of user {}", login.id(), e);
        return;
      }
      listener.stateChanged(state);
      if (mailbox != null) {
        mailbox.sessionBegan(login);
      }
    }

    @Override
    public Command.@Nullable Login nextLogin(Command.Login last, @Nullable ErrorCode refused) {
      if (refused == ErrorCode.TOKEN_INVALID) {
        forgetToken();
      } else if (refused != null) {
        return null;
      }
      var token = mailbox == null ? null : mailbox.directory().token();
      if (token != null) {
        return login(new Command.Credentials.Token(token));
      }
      return password == null ? null : login(password);
    }
  }
}
