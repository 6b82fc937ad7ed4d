package io.chatserver.server.chat;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.Reply;
import io.chatserver.server.fault.Refusals;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.session.Connection;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One connection as {@link ChatService} sees it: who is logged in on it, and its commands one after
 * the other.
 *
 * <p>A command that can be dealt with at once is; one that may block goes on a virtual thread, and
 * those behind it wait for it. How many may wait is bounded by the transport, which stops reading.
 *
 * <p>Threads: its connection's event loop.
 */
public final class Caller {
  private static final int MAX_ERRORS_IN_A_ROW = 100;

  /** Cursors are stored several times a second. */
  private static final Duration CURSOR_STORED_AFTER = Duration.ofMillis(400);

  private final Connection connection;
  private final ChatService chat;
  private final SessionRegistry registry;
  private final Executor commandExecutor;
  private final Refusals refusals;
  private final Queue<Frame.Request> waiting = new ArrayDeque<>(1);
  private @Nullable Session session;
  private boolean running;
  private boolean closed;
  private int errorsInARow;

  public Caller(
      Connection connection,
      ChatService chat,
      SessionRegistry registry,
      Executor commandExecutor,
      Refusals refusals) {
    this.connection = connection;
    this.chat = chat;
    this.registry = registry;
    this.commandExecutor = commandExecutor;
    this.refusals = refusals;
  }

  /** Takes what the client sent. */
  public void received(Frame frame) {
    switch (frame) {
      case Frame.Request request -> {
        errorsInARow = 0;
        if (request.command() instanceof Command.Ping) {
          // At once: a client whose commands wait for the database is not to take us for dead.
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
    errorsInARow++;
    if (errorsInARow > MAX_ERRORS_IN_A_ROW) {
      connection.close(DisconnectReason.TOO_MANY_ERRORS);
    }
  }

  private void runWaiting() {
    while (!running && !closed && !waiting.isEmpty() && connection.isWritable()) {
      handle(waiting.remove());
    }
  }

  private void handle(Frame.Request request) {
    switch (chat.handle(this, request)) {
      case Outcome.Now(var reply) -> respond(request, reply);
      case Outcome.Pending _ -> {}
      case Outcome.Blocking(var work) -> runBlocking(request, work);
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

  private void finished(Frame.Request request, @Nullable Reply reply) {
    running = false;
    if (reply != null) {
      respond(request, reply);
    }
    runWaiting();
  }

  private void respond(Frame.Request request, Reply reply) {
    boolean isSend =
        request.command() instanceof Command.SendDirect
            || request.command() instanceof Command.SendGroup;
    if (isSend && reply instanceof Reply.Failed failed) {
      refusals.add(failed.code());
    }
    connection.respond(new Frame.Response(request.rid(), request.command().type(), reply));
  }

  /** The connection that this is. */
  Connection connection() {
    return connection;
  }

  /** Whether someone is logged in. */
  public boolean isLoggedIn() {
    return session != null;
  }

  /**
   * Who is logged in.
   *
   * @throws Rejected if nobody is
   */
  Session loggedIn() {
    if (session == null) {
      throw new Rejected(ErrorCode.NOT_LOGGED_IN);
    }
    return session;
  }

  /** What a ping is answered with: see {@link Reply.Pong}. */
  @Nullable String digest() {
    return session == null ? null : session.feed().digest();
  }

  /** Begins a session that was registered; false if the connection has gone meanwhile. */
  boolean beginSession(Session begun) {
    if (closed) {
      return false;
    }
    session = begun;
    return true;
  }

  /** Ends the session, if there is one. */
  void endSession() {
    if (session != null) {
      registry.remove(session, session.feed().groups());
      session.feed().close();
      session = null;
    }
  }

  /**
   * How long the user should be away who is sent to another node. A client that says at its login
   * what it has is served there at once; that of another is known there when it is stored.
   */
  public Duration comesBackAfter() {
    return session == null || session.isAcknowledging() ? Duration.ZERO : CURSOR_STORED_AFTER;
  }

  /** The connection takes more again. */
  public void writable() {
    if (session != null) {
      session.feed().resume();
    }
    runWaiting();
  }

  /** The connection has gone. */
  public void disconnected() {
    closed = true;
    waiting.clear();
    endSession();
  }

  @Override
  public String toString() {
    return session == null ? connection.toString() : session.toString();
  }
}
