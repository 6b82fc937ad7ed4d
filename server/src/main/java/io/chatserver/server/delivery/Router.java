package io.chatserver.server.delivery;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.PreparedPush;
import io.chatserver.protocol.Reply;
import io.chatserver.server.cluster.NodeEvent;
import io.chatserver.server.cluster.Relay;
import io.chatserver.server.cluster.Route;
import io.chatserver.server.fault.Refusals;
import io.chatserver.server.message.Committed;
import io.chatserver.server.message.Head;
import io.chatserver.server.message.LogListener;
import io.chatserver.server.message.StoredEntry;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings what was stored to the sessions that it concerns, here and by the relay elsewhere, and the
 * acknowledgement to its sender.
 *
 * <p>Each event loop is woken once for a whole batch.
 *
 * <p>Threads: the log's writers; what it hands on runs in the sessions' event loops.
 */
public final class Router implements LogListener<Send> {
  private final SessionRegistry registry;
  private final Relay relay;
  private final Refusals refusals;

  public Router(SessionRegistry registry, Relay relay, Refusals refusals) {
    this.registry = registry;
    this.relay = relay;
    this.refusals = refusals;
  }

  @Override
  public void committed(List<Committed<Send>> batch) {
    route(batch);
  }

  /**
   * Offered once more: where the database's answer to the first try was lost, or the node that
   * stored it has died, nobody was told. Who has a message ignores it.
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
      route(message, send.origin(), tasks);
    }
    tasks.run();
    tellOthers(batch);
  }

  @Override
  public void changed(StoredEntry stored) {
    var tasks = new LoopTasks();
    deliver(stored.entry(), tasks);
    tasks.run();
    if (!relay.isAlone()) {
      relay.tell(List.of(notice(stored.entry(), stored.head())));
    }
  }

  /** Brings what another node has stored to the sessions of this one. */
  void deliver(LogEntry entry, LoopTasks tasks) {
    route(entry, null, tasks);
  }

  private void route(LogEntry entry, @Nullable Session origin, LoopTasks tasks) {
    if (entry instanceof ChatMessage message && message.conversation().isDirect()) {
      offerEach(registry.sessionsOf(message.to()), message, origin, tasks);
      if (!message.to().equals(message.sender())) {
        offerEach(registry.sessionsOf(message.sender()), message, origin, tasks);
      }
    } else {
      registry
          .sessionsOf(entry.conversation())
          .forEach((loop, members) -> tasks.add(loop, () -> offer(entry, members, origin)));
    }
  }

  private void offerEach(
      List<Session> sessions, ChatMessage message, @Nullable Session origin, LoopTasks tasks) {
    for (var session : sessions) {
      if (session != origin) {
        tasks.add(session, () -> offer(message, List.of(session), origin));
      }
    }
  }

  private void tellOthers(List<Committed<Send>> batch) {
    if (!relay.isAlone()) {
      relay.tell(batch.stream().map(each -> notice(each.message(), each.head())).toList());
    }
  }

  private static Relay.Notice notice(LogEntry entry, Head head) {
    return new Relay.Notice(new NodeEvent.Stored(entry, head), routes(entry.conversation()));
  }

  private static List<Route> routes(ConversationId conversation) {
    if (!conversation.isDirect()) {
      return List.of(Route.of(conversation));
    }
    return conversation.low().equals(conversation.high())
        ? List.of(Route.of(conversation.low()))
        : List.of(Route.of(conversation.low()), Route.of(conversation.high()));
  }

  @Override
  public void conflicting(List<Send> drafts) {
    refuse(drafts, new Reply.Failed(ErrorCode.CLIENT_ID_CONFLICT, ""));
  }

  @Override
  public void refused(List<Send> drafts) {
    refuse(drafts, new Reply.Failed(ErrorCode.NOT_A_MEMBER, ""));
  }

  @Override
  public void failed(List<Send> batch, Throwable cause) {
    refuse(batch, StorageReply.of(cause));
  }

  private void refuse(List<Send> sends, Reply.Failed reply) {
    var tasks = new LoopTasks();
    for (var send : sends) {
      refusals.add(reply.code());
      var connection = send.origin().connection();
      tasks.add(send.origin(), () -> connection.respond(send.answer(reply)));
    }
    tasks.run();
  }

  private static void acknowledge(Send send, ChatMessage message) {
    var sent = new Reply.Sent(message.conversation(), message.seq(), message.sentAt());
    send.origin().feed().acknowledge(message, send.answer(sent));
  }

  private void offer(LogEntry entry, Iterable<Session> sessions, @Nullable Session origin) {
    try (var push = new PreparedPush(entry)) {
      for (var session : sessions) {
        if (session != origin) {
          LoopTasks.runAlone(() -> offer(push, session));
        }
      }
    }
  }

  private void offer(PreparedPush push, Session session) {
    session.feed().offer(push);
    var conversation = push.entry().conversation();
    if (push.entry() instanceof MemberEntry && session.feed().hasEnded(conversation)) {
      registry.unsubscribe(session, conversation);
    }
  }
}
