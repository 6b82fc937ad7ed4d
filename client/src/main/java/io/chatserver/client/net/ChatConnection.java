package io.chatserver.client.net;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.tls.TlsException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection to a server. It is opened by {@link #connect}; from a successful login on
 * it comes back by itself when it is lost, and logs in again, until {@link Command.Logout}, {@link
 * #close}, or a word of the server that forbids it.
 *
 * <p>Threads: any. Futures complete on the connection's event loop: what is chained to them must
 * not wait for another reply.
 */
public final class ChatConnection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChatConnection.class);

  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final ConnectionSettings settings;
  private final ConnectionListener listener;
  private final Semaphore permits;

  // The following fields are accessed on the event loop only.
  private final ReconnectPolicy policy;
  private @Nullable CompletableFuture<Void> opening;
  private @Nullable Link link;
  private @Nullable Future<?> retry;

  /** How to log in again; null while no session is wanted. */
  private Command.@Nullable Login login;

  private boolean inSession;

  /** Whether the session is moving to the server that it was sent to. */
  private boolean moving;

  /** The requests that wait for the end of the move. */
  private final List<PendingRequest> parked = new ArrayList<>();

  private boolean closed;

  ChatConnection(
      EventLoop loop,
      Bootstrap bootstrap,
      ConnectionSettings settings,
      ConnectionListener listener) {
    this.loop = loop;
    this.bootstrap =
        bootstrap.handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                new Link(settings, ChatConnection.this, channel).install();
              }
            });
    this.settings = settings;
    this.listener = listener;
    permits = new Semaphore(settings.requests().maxInFlight());
    policy = new ReconnectPolicy(settings.retry(), RandomGenerator.getDefault(), System::nanoTime);
  }

  /** Opens the connection, unless it is open: one attempt, which fails if the server is away. */
  public CompletableFuture<Void> connect() {
    var connected = new CompletableFuture<Void>();
    runInLoop(() -> connectInLoop(connected), () -> fail(connected));
    return connected;
  }

  /**
   * Sends a command. The future gives the reply, be it a refusal, or fails with a {@link
   * RequestException}.
   */
  public CompletableFuture<Reply> send(Command command) {
    if (!permits.tryAcquire()) {
      return CompletableFuture.failedFuture(
          new RequestException.TooMany(settings.requests().maxInFlight()));
    }
    var request = new PendingRequest(command, new CompletableFuture<>(), permits::release);
    runInLoop(() -> sendInLoop(request), () -> request.fail(new RequestException.NotConnected()));
    return request.reply();
  }

  /** The event loop of this connection; what runs there must not wait. */
  public ScheduledExecutorService executor() {
    return loop;
  }

  /** Reconnects at once if the connection waits for its next attempt. */
  public void retryNow() {
    runInLoop(
        () -> {
          if (retry != null) {
            stopRetryInLoop();
            reopenInLoop();
          }
        },
        () -> {});
  }

  /**
   * Closes the connection if no session is wanted on it, without notifying the listener. {@link
   * #connect} opens it again. A server closes such a connection after a minute, so it is not kept
   * open while a user types.
   */
  public void disconnect() {
    runInLoop(this::disconnectInLoop, () -> {});
  }

  /** Closes the connection for good, without notifying the listener. */
  @Override
  public void close() {
    runInLoop(this::closeInLoop, () -> {});
  }

  private void runInLoop(Runnable task, Runnable ifStopped) {
    if (loop.inEventLoop()) {
      task.run();
      return;
    }
    try {
      loop.execute(task);
    } catch (RejectedExecutionException _) {
      ifStopped.run();
    }
  }

  private void connectInLoop(CompletableFuture<Void> connected) {
    assert loop.inEventLoop();
    if (closed) {
      fail(connected);
      return;
    }
    if (link != null) {
      connected.complete(null);
      return;
    }
    var attempt = opening == null ? openInLoop() : opening;
    var _ =
        attempt.whenComplete((_, failure) -> {
          if (failure == null) {
            connected.complete(null);
          } else {
            connected.completeExceptionally(failure);
          }
        });
  }

  private static void fail(CompletableFuture<Void> connected) {
    connected.completeExceptionally(new RequestException.NotConnected());
  }

  private CompletableFuture<Void> openInLoop() {
    assert loop.inEventLoop();
    stopRetryInLoop();
    var attempt = new CompletableFuture<Void>();
    opening = attempt;
    var connecting = bootstrap.connect();
    connecting.addListener(done -> {
      var channel = connecting.channel();
      var tls = done.isSuccess() ? channel.pipeline().get(SslHandler.class) : null;
      if (tls == null) {
        connectedInLoop(attempt, channel, done.cause());
      } else {
        tls.handshakeFuture()
            .addListener(shaken ->
                connectedInLoop(
                    attempt, channel, shaken.isSuccess() ? null : TlsException.of(shaken.cause())));
      }
    });
    return attempt;
  }

  /**
   * An attempt has ended.
   *
   * @param failure null if the connection is usable
   */
  private void connectedInLoop(
      CompletableFuture<Void> attempt, Channel channel, @Nullable Throwable failure) {
    opening = null;
    var opened = failure == null ? channel.pipeline().get(Link.class) : null;
    if (opened == null || closed) {
      var _ = channel.close();
      notOpenedInLoop(attempt, failure);
    } else {
      openedInLoop(opened);
      attempt.complete(null);
    }
  }

  private void notOpenedInLoop(CompletableFuture<Void> attempt, @Nullable Throwable cause) {
    var failure = cause == null ? new RequestException.NotConnected() : cause;
    attempt.completeExceptionally(failure);
    comeBackInLoop(String.valueOf(failure.getMessage()));
  }

  private void sendInLoop(PendingRequest request) {
    assert loop.inEventLoop();
    boolean comingBack = login != null && !inSession;
    if (request.command() instanceof Command.Logout) {
      endSessionInLoop();
    }
    if (link != null && !comingBack) {
      link.request(request);
      return;
    }
    if (moving) {
      parked.add(request);
      return;
    }
    request.fail(new RequestException.NotConnected());
    if (link != null && login == null) {
      link.close("logged out");
    }
  }

  private void disconnectInLoop() {
    assert loop.inEventLoop();
    var unused = link;
    if (login == null && unused != null) {
      link = null;
      unused.close("closed by this client");
    }
  }

  private void closeInLoop() {
    assert loop.inEventLoop();
    closed = true;
    endSessionInLoop();
    if (link != null) {
      link.close("closed by this client");
    }
  }

  /** From here on a lost connection stays lost. */
  private void endSessionInLoop() {
    login = null;
    inSession = false;
    stopRetryInLoop();
    stopMovingInLoop("the session was ended");
  }

  /** Fails the waiting requests: their outcome is unknown. */
  private void stopMovingInLoop(String reason) {
    moving = false;
    var waiting = List.copyOf(parked);
    parked.clear();
    waiting.forEach(request -> request.fail(new RequestException.ConnectionLost(reason)));
  }

  private void stopRetryInLoop() {
    if (retry != null) {
      retry.cancel(false);
      retry = null;
    }
  }

  private void openedInLoop(Link opened) {
    assert loop.inEventLoop();
    link = opened;
    if (!moving) {
      tell(new ConnectionState.Connected(settings.address()));
    }
    if (login != null) {
      logInAgainInLoop(opened, login, null);
    }
  }

  private void logInAgainInLoop(Link fresh, Command.Login last, Reply.@Nullable Failed refusal) {
    var next = listener.nextLogin(last, refusal == null ? null : refusal.code());
    if (next == null) {
      var why = refusal == null ? new Reply.Failed(ErrorCode.TOKEN_INVALID, "") : refusal;
      policy.refused(why);
      fresh.close("login refused: " + why.message());
      return;
    }
    var answer = new CompletableFuture<Reply>();
    fresh.request(new PendingRequest(next, answer, () -> {}));
    var _ =
        answer.whenComplete((reply, failure) -> {
          switch (reply) {
            case Reply.LoggedIn _ -> {}
            case Reply.Failed failed when failed.code() == ErrorCode.TOKEN_INVALID ->
                logInAgainInLoop(fresh, next, failed);
            case Reply.Failed failed -> {
              policy.refused(failed);
              fresh.close("login refused: " + failed.message());
            }
            case null -> fresh.close(String.valueOf(failure.getMessage()));
            default -> fresh.close("the server answered the login with " + reply);
          }
        });
  }

  void repliedInLoop(Link from, Command command, Reply reply) {
    assert loop.inEventLoop();
    switch (reply) {
      case Reply.LoggedIn begun -> loggedInInLoop((Command.Login) command, begun);
      case Reply.Done _ when command instanceof Command.Logout ->
          tell(new ConnectionState.LoggedOut());
      case Reply.Failed _ when command instanceof Command.Logout -> from.close("logged out");
      default -> {}
    }
  }

  private void loggedInInLoop(Command.Login credentials, Reply.LoggedIn begun) {
    boolean again = login != null;
    login = credentials;
    inSession = true;
    policy.sessionBegan();
    moving = false;
    tell(new ConnectionState.LoggedIn(begun, again));
    var waiting = List.copyOf(parked);
    parked.clear();
    waiting.forEach(this::sendInLoop);
  }

  void pushedInLoop(Push push) {
    assert loop.inEventLoop();
    if (push instanceof Push.Closing closing) {
      policy.heard(closing);
    }
    safely(() -> listener.pushed(push));
  }

  void pongInLoop(Reply.Pong pong) {
    assert loop.inEventLoop();
    safely(() -> listener.pong(pong));
  }

  /**
   * A socket has ended.
   *
   * @param unanswered requests on it that have no reply
   */
  void endedInLoop(Link ended, String reason, List<PendingRequest> unanswered) {
    assert loop.inEventLoop();
    if (link == ended) {
      link = null;
      boolean moves = inSession && policy.isExpected();
      inSession = false;
      if (moves) {
        // The server has answered all that it has read, so these are as good as not sent.
        parked.addAll(unanswered);
        moving = true;
        tell(new ConnectionState.Moving(reason));
        reopenLaterInLoop(policy.nextWait().orElseThrow());
        return;
      }
      if (!closed) {
        lostInLoop(reason);
      }
    }
    unanswered.forEach(request -> request.fail(new RequestException.ConnectionLost(reason)));
  }

  private void lostInLoop(String reason) {
    tell(new ConnectionState.Lost(reason));
    stopMovingInLoop(reason);
    comeBackInLoop(reason);
  }

  private void comeBackInLoop(String reason) {
    if (login == null) {
      return;
    }
    if (moving) {
      lostInLoop(reason);
      return;
    }
    var wait = policy.nextWait();
    if (wait.isEmpty()) {
      login = null;
      tell(new ConnectionState.GaveUp(reason));
      return;
    }
    tell(new ConnectionState.Retrying(reason, wait.get()));
    reopenLaterInLoop(wait.get());
  }

  private void reopenLaterInLoop(Duration wait) {
    retry = loop.schedule(this::reopenInLoop, wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void reopenInLoop() {
    var _ = openInLoop();
  }

  private void tell(ConnectionState state) {
    log.debug("{}: {}", settings.address(), state);
    safely(() -> listener.stateChanged(state));
  }

  /** A fault of the listener is not one of the connection. */
  private static void safely(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      log.warn("the listener failed", e);
    }
  }
}
