package io.chatserver.server.delivery;

import io.chatserver.protocol.Push;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.CursorListener;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import java.util.List;

/**
 * Tells both people of a direct conversation how far one of them has got. A hint: a client that
 * does not take it now is not told later; it asks for its conversations when it wants to know.
 *
 * <p>Threads: the writer of the cursors; what it hands on runs in the sessions' event loops.
 */
public final class Receipts implements CursorListener {
  private final SessionRegistry registry;

  public Receipts(SessionRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void moved(List<Moved> places) {
    var tasks = new LoopTasks();
    for (var moved : places) {
      var conversation = moved.conversation();
      if (!conversation.low().equals(conversation.high())) {
        var receipt = new Push.Receipt(conversation, moved.user(), moved.place());
        tell(conversation.low(), receipt, tasks);
        tell(conversation.high(), receipt, tasks);
      }
    }
    tasks.run();
  }

  private void tell(UserId user, Push.Receipt receipt, LoopTasks tasks) {
    for (var session : registry.sessionsOf(user)) {
      if (session.isAcknowledging()) {
        tasks.add(session, () -> push(session, receipt));
      }
    }
  }

  private static void push(Session session, Push.Receipt receipt) {
    if (session.feed().isServing() && session.connection().isWritable()) {
      session.connection().push(receipt);
    }
  }
}
