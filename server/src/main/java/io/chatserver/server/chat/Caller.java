package io.chatserver.server.chat;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.ShownNumbers;
import io.chatserver.protocol.UserId;
import io.chatserver.server.account.Applicant;
import io.chatserver.server.account.SeenClients;
import io.chatserver.server.fault.RateLimit;
import io.chatserver.server.fault.Refusals;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.session.Connection;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One connection, as seen by {@link ChatService}: holds its session, and runs its commands in
 * order.
 *
 * <p>A command that cannot block runs at once. A command that may block runs on a virtual thread,
 * and later ones wait for it. The transport bounds the number of waiting commands by back-pressure.
 *
 * <p>Threads: its connection's event loop.
 */
public final class Caller {
  /** Cursors are stored several times a second. */
  private static final Duration CURSOR_STORED_AFTER = Duration.ofMillis(400);

  private final Connection connection;
  private final ChatService chat;
  private final SessionRegistry registry;
  private final Executor commandExecutor;
  private final PageRequests pageRequests;
  private final Refusals refusals;
  private final Rates rates;
  private final Queue<Frame.Request> waiting = new ArrayDeque<>(1);

  /** Large replies that are waiting, being read or being written. */
  private final List<PageRequest> pages = new ArrayList<>(0);

  private final LegacyDelay delay;
  private @Nullable Applicant applicant;
  private @Nullable Session session;
  private boolean running;
  private boolean closed;
  private @Nullable RateLimit errors;
  private @Nullable UserRates userRates;
  private @Nullable LegacyNumbers numbers;

  public Caller(
      Connection connection,
      ChatService chat,
      SessionRegistry registry,
      Executor commandExecutor,
      PageRequests pageRequests,
      Refusals refusals,
      Rates rates) {
    this.connection = connection;
    this.chat = chat;
    this.registry = registry;
    this.commandExecutor = commandExecutor;
    this.pageRequests = pageRequests;
    this.refusals = refusals;
    this.rates = rates;
    this.delay = new LegacyDelay(connection, chat.admission(), this::tryAgain);
  }

  /** Handles a frame from the client. */
  public void received(Frame frame) {
    if (session != null) {
      session.heard();
    }
    if (numbers != null) {
      numbers.requested();
    }
    switch (frame) {
      case Frame.Request request -> {
        if (request.command() instanceof Command.Ping) {
          // At once, so that a client whose commands wait for the database does not treat the
          // server as dead.
          handle(request);
        } else {
          waiting.add(request);
          runWaiting();
        }
      }
      case Frame.Malformed malformed -> refuse(malformed);
      case Frame.Response _, Frame.Event _ ->
          throw new IllegalArgumentException("clients do not say " + frame);
    }
  }

  private void refuse(Frame.Malformed malformed) {
    var reply = new Reply.Failed(malformed.code(), malformed.detail());
    connection.respond(new Frame.Response(malformed.rid(), malformed.type(), reply));
    if (malformed.code() == ErrorCode.UNKNOWN_TYPE && connection.form().isLegacy()) {
      // Forks have their own requests, which the original ignores.
      if (userRates != null) {
        userRates.signal(connection);
      }
    } else {
      countError();
    }
  }

  /** Counts an error; too many of them close the connection. */
  private void countError() {
    if (errors == null) {
      errors = rates.errors();
    }
    if (errors.take(1) > 0) {
      rates.tooManyErrors(this);
      connection.close(DisconnectReason.TOO_MANY_ERRORS);
    }
  }

  /**
   * Checks the {@link Needs} of a command before it reaches its feature.
   *
   * @throws Rejected if the command is refused
   */
  void admit(Frame.Request request) {
    var needs = Needs.of(request.command());
    if (needs.session()) {
      var _ = loggedIn();
    }
    if (userRates != null && needs.rate() != null) {
      userRates.admit(request, needs.rate(), connection);
    } else if (userRates != null) {
      // A login or a registration in a session; both are refused or rare.
      userRates.signal(connection);
    }
  }

  /**
   * Takes the tokens for a login of this user; from any thread.
   *
   * @throws Rejected if the user logs in too often
   */
  void admitLogin(UserId user) {
    rates.admitLogin(user, connection.address());
  }

  private void runWaiting() {
    while (!running && !closed && !waiting.isEmpty() && connection.isWritable()) {
      handle(waiting.remove());
    }
  }

  private void handle(Frame.Request request) {
    switch (chat.handle(this, request)) {
      case Outcome.Now(var reply) -> answer(request, reply);
      case Outcome.Pending _ -> {}
      case Outcome.Blocking(var work) -> runBlocking(request, work);
      case Outcome.Page(var inTurnOf, var work) -> readPage(request, inTurnOf, work);
    }
  }

  private void runBlocking(Frame.Request request, Outcome.Work work) {
    running = true;
    try {
      commandExecutor.execute(() -> {
        var reply = chat.run(this, request, work);
        connection.loop().execute(() -> finished(request, reply));
      });
    } catch (RejectedExecutionException _) {
      finished(request, new Reply.Failed(ErrorCode.SHUTTING_DOWN, ""));
    }
  }

  private void readPage(Frame.Request request, @Nullable UserId inTurnOf, Outcome.Work work) {
    running = true;
    var begun = new PageRequest[1];
    begun[0] =
        pageRequests.begin(
            connection,
            inTurnOf,
            () -> chat.run(this, request, work),
            reply -> pageRead(begun[0], request, reply));
    pages.add(begun[0]);
  }

  private void pageRead(PageRequest page, Frame.Request request, @Nullable Reply reply) {
    running = false;
    if (reply != null) {
      var response = new Frame.Response(request.rid(), request.command().type(), reply);
      connection.respond(
          response,
          () -> {
            pages.remove(page);
            page.written();
          });
    }
    runWaiting();
  }

  private void finished(Frame.Request request, @Nullable Reply reply) {
    running = false;
    if (reply != null) {
      answer(request, reply);
    }
    runWaiting();
  }

  private void answer(Frame.Request request, Reply reply) {
    if (!closed && delay.delays(request, reply)) {
      // Later commands also wait.
      running = true;
    } else {
      respond(request, reply);
    }
  }

  private void tryAgain(Frame.Request request) {
    running = false;
    if (!closed) {
      handle(request);
      runWaiting();
    }
  }

  private void respond(Frame.Request request, Reply reply) {
    boolean isSend =
        request.command() instanceof Command.SendDirect
            || request.command() instanceof Command.SendGroup;
    if (isSend && reply instanceof Reply.Failed failed) {
      refusals.add(failed.code());
    }
    connection.respond(new Frame.Response(request.rid(), request.command().type(), reply));
    if (reply instanceof Reply.Failed failed && failed.code() == ErrorCode.NOT_LOGGED_IN) {
      countError();
    }
  }

  /** The connection of this caller. */
  Connection connection() {
    return connection;
  }

  /** The applicant for logins on this connection. */
  Applicant applicant() {
    if (applicant == null) {
      applicant = new Applicant(connection.address());
    }
    return applicant;
  }

  /** Whether a user is logged in. */
  public boolean isLoggedIn() {
    return session != null;
  }

  /**
   * The session of the logged-in user.
   *
   * @throws Rejected if there is none
   */
  Session loggedIn() {
    if (session == null) {
      throw new Rejected(ErrorCode.NOT_LOGGED_IN);
    }
    return session;
  }

  /** The epoch of the log that the session is served from; null without a session. */
  @Nullable String epoch() {
    return session == null ? null : session.feed().epoch().id();
  }

  /** The digest for the reply to a ping: see {@link Reply.Pong}. */
  @Nullable String digest() {
    return session == null ? null : session.feed().digest();
  }

  /**
   * Begins a registered session, before its feed is opened; false if the connection was closed
   * meanwhile.
   */
  boolean beginSession(Session begun, SeenClients before) {
    if (closed) {
      return false;
    }
    session = begun;
    userRates = rates.begin(begun.user(), connection.address());
    if (userRates != null) {
      begun.feed().pacedBy(userRates::catchUp);
    }
    if (connection.form().isLegacy()) {
      numbers =
          new LegacyNumbers(connection, begun.feed(), before, shown -> store(begun.user(), shown));
    }
    return true;
  }

  private void store(UserId user, ShownNumbers shown) {
    try {
      commandExecutor.execute(() -> chat.sawNumbers(user, shown));
    } catch (RejectedExecutionException _) {
      // Shutting down: the next session finds out again.
    }
  }

  /** Ends the session, if there is one. */
  void endSession() {
    if (numbers != null) {
      numbers.ended();
      numbers = null;
    }
    if (session != null) {
      registry.remove(session, session.feed().groups());
      session.feed().close();
      session = null;
      if (userRates != null) {
        rates.end(userRates);
        userRates = null;
      }
    }
  }

  /**
   * The delay before a client that is sent to another node should reconnect. A client that sends
   * its cursors at login can reconnect at once. Other clients wait until their cursors are stored.
   */
  public Duration comesBackAfter() {
    return session == null || session.isAcknowledging() ? Duration.ZERO : CURSOR_STORED_AFTER;
  }

  /** The connection is writable again. */
  public void writable() {
    if (session != null) {
      session.feed().resume();
    }
    runWaiting();
  }

  /** The connection is closed. */
  public void disconnected() {
    closed = true;
    long unread = pages.stream().filter(PageRequest::abandon).count();
    int delayed = delay.cancel() ? 1 : 0;
    connection.drop(waiting.size() + (int) unread + delayed);
    waiting.clear();
    pages.clear();
    if (applicant != null) {
      applicant.leave();
    }
    endSession();
  }

  @Override
  public String toString() {
    return session == null ? connection.toString() : session.toString();
  }
}
