package io.chatserver.server.delivery;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.PreparedPush;
import io.chatserver.protocol.Reply;
import io.chatserver.server.message.Committed;
import io.chatserver.server.message.LogListener;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what was stored to the sessions that it concerns, and the acknowledgement to its sender.
 *
 * <p>Each event loop is woken once for a whole batch.
 *
 * <p>Threads: the log's writers; what it hands on runs in the sessions' event loops.
 */
public final class Router implements LogListener<Send> {
  private static final Logger log = LoggerFactory.getLogger(Router.class);

  private final SessionRegistry registry;

  public Router(SessionRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void committed(List<Committed<Send>> batch) {
    var tasks = new LoopTasks();
    for (var committed : batch) {
      var send = committed.draft();
      var message = committed.message();
      tasks.add(send.origin(), () -> acknowledge(send, message));
      if (message.conversation().isDirect()) {
        routeDirect(send, message, tasks);
      } else {
        registry
            .sessionsOf(message.conversation())
            .forEach((loop, members) -> tasks.add(loop, () -> offer(message, members, send)));
      }
    }
    tasks.run();
  }

  private void routeDirect(Send send, ChatMessage message, LoopTasks tasks) {
    offerEach(registry.sessionsOf(message.to()), message, send, tasks);
    if (!message.to().equals(message.sender())) {
      offerEach(registry.sessionsOf(message.sender()), message, send, tasks);
    }
  }

  private static void offerEach(
      List<Session> sessions, ChatMessage message, Send send, LoopTasks tasks) {
    for (var session : sessions) {
      if (session != send.origin()) {
        tasks.add(session, () -> offer(message, List.of(session), send));
      }
    }
  }

  @Override
  public void failed(List<Send> batch) {
    var tasks = new LoopTasks();
    var reply = new Reply.Failed(ErrorCode.STORAGE_UNAVAILABLE, "", MessageService.RETRY_AFTER);
    for (var send : batch) {
      var connection = send.origin().connection();
      tasks.add(send.origin(), () -> connection.respond(send.answer(reply)));
    }
    tasks.run();
  }

  private static void acknowledge(Send send, ChatMessage message) {
    var sent = new Reply.Sent(message.conversation(), message.seq(), message.sentAt());
    send.origin().feed().acknowledge(message, send.answer(sent));
  }

  private static void offer(ChatMessage message, Iterable<Session> sessions, Send send) {
    try (var push = new PreparedPush(message)) {
      for (var session : sessions) {
        if (session != send.origin()) {
          LoopTasks.runAlone(() -> session.feed().offer(push));
        }
      }
    }
  }

  /** What a batch gives each event loop to do, in order. */
  private static final class LoopTasks {
    private final Map<ScheduledExecutorService, List<Runnable>> tasksByLoop = new HashMap<>();

    void add(Session session, Runnable task) {
      add(session.connection().loop(), task);
    }

    void add(ScheduledExecutorService loop, Runnable task) {
      tasksByLoop.computeIfAbsent(loop, _ -> new ArrayList<>()).add(task);
    }

    /** One session's fault is no other's. */
    private static void runAlone(Runnable task) {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error("a delivery failed", e);
      }
    }

    void run() {
      tasksByLoop.forEach((loop, tasks) -> {
        try {
          loop.execute(() -> tasks.forEach(LoopTasks::runAlone));
        } catch (RejectedExecutionException _) {
          // The loop has ended, and its connections with it.
        }
      });
    }
  }
}
