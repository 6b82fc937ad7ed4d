package io.chatserver.server.delivery;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.PreparedPush;
import io.chatserver.protocol.Reply;
import io.chatserver.server.message.Committed;
import io.chatserver.server.message.LogListener;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import java.util.List;

/**
 * Brings what was stored to the sessions that it concerns, and the acknowledgement to its sender.
 *
 * <p>Each event loop is woken once for a whole batch.
 *
 * <p>Threads: the log's writers; what it hands on runs in the sessions' event loops.
 */
public final class Router implements LogListener<Send> {
  private final SessionRegistry registry;

  public Router(SessionRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void committed(List<Committed<Send>> batch) {
    route(batch);
  }

  /**
   * Offered once more: where the database's answer to the first try was lost, nobody was told. Who
   * has a message ignores it.
   */
  @Override
  public void repeated(List<Committed<Send>> drafts) {
    route(drafts);
  }

  private void route(List<Committed<Send>> batch) {
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
  public void conflicting(List<Send> drafts) {
    refuse(drafts, new Reply.Failed(ErrorCode.CLIENT_ID_CONFLICT, ""));
  }

  @Override
  public void failed(List<Send> batch) {
    refuse(batch, new Reply.Failed(ErrorCode.STORAGE_UNAVAILABLE, "", MessageService.RETRY_AFTER));
  }

  private static void refuse(List<Send> sends, Reply.Failed reply) {
    var tasks = new LoopTasks();
    for (var send : sends) {
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
}
