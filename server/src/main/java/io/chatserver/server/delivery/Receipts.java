package io.chatserver.server.delivery;

import io.chatserver.protocol.Push;
import io.chatserver.protocol.UserId;
import io.chatserver.server.cluster.NodeEvent;
import io.chatserver.server.cluster.Relay;
import io.chatserver.server.cluster.Route;
import io.chatserver.server.message.CursorListener;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells both people of a direct conversation how far one of them has got. A hint: a client that
 * does not take it now is not told later; it asks for its conversations when it wants to know.
 *
 * <p>Threads: the writer of the cursors; what it hands on runs in the sessions' event loops.
 */
public final class Receipts implements CursorListener {
  private final SessionRegistry registry;
  private final Relay relay;

  public Receipts(SessionRegistry registry, Relay relay) {
    this.registry = registry;
    this.relay = relay;
  }

  @Override
  public void moved(List<Moved> places) {
    var tasks = new LoopTasks();
    var notices = new ArrayList<Relay.Notice>();
    for (var moved : places) {
      var conversation = moved.conversation();
      if (!conversation.low().equals(conversation.high())) {
        tell(new Push.Receipt(conversation, moved.user(), moved.place()), tasks);
        notices.add(
            new Relay.Notice(
                new NodeEvent.Moved(conversation, moved.user(), moved.place()),
                List.of(Route.of(conversation.low()), Route.of(conversation.high()))));
      }
    }
    tasks.run();
    relay.tell(notices);
  }

  /** Tells those who are on this node. */
  void tell(Push.Receipt receipt, LoopTasks tasks) {
    tell(receipt.conversation().low(), receipt, tasks);
    tell(receipt.conversation().high(), receipt, tasks);
  }

  private void tell(UserId user, Push.Receipt receipt, LoopTasks tasks) {
    for (var session : registry.sessionsOf(user)) {
      if (session.isAcknowledging()) {
        tasks.add(session, () -> push(session, receipt));
      }
    }
  }

  private static void push(Session session, Push.Receipt receipt) {
    if (session.connection().isWritable() && session.feed().isNews(receipt)) {
      session.connection().push(receipt);
    }
  }
}
