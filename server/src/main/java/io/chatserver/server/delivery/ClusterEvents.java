package io.chatserver.server.delivery;

import io.chatserver.protocol.Push;
import io.chatserver.server.cluster.ClusterListener;
import io.chatserver.server.cluster.NodeEvent;
import io.chatserver.server.group.GroupService;
import io.chatserver.server.message.MessageLog;
import java.util.List;

/**
 * Does on this node what others tell it.
 *
 * <p>Threads: as {@link ClusterListener} says.
 */
public final class ClusterEvents implements ClusterListener {
  private final MessageLog<Send> log;
  private final Router router;
  private final Receipts receipts;
  private final GroupService groups;
  private final Replacements replacements;
  private final HeadChecker heads;

  public ClusterEvents(
      MessageLog<Send> log,
      Router router,
      Receipts receipts,
      GroupService groups,
      Replacements replacements,
      HeadChecker heads) {
    this.log = log;
    this.router = router;
    this.receipts = receipts;
    this.groups = groups;
    this.replacements = replacements;
    this.heads = heads;
  }

  @Override
  public void heard(List<NodeEvent> events) {
    var tasks = new LoopTasks();
    for (var event : events) {
      switch (event) {
        case NodeEvent.Met() -> heads.request();
        case NodeEvent.Stored(var entry, var head) -> {
          log.heard(entry.conversation(), head);
          router.deliver(entry, tasks);
        }
        case NodeEvent.Moved(var conversation, var user, var place) ->
            receipts.tell(new Push.Receipt(conversation, user, place), tasks);
        case NodeEvent.Joined(var user, var group, var place) -> groups.joined(user, group, place);
        case NodeEvent.Began(var user, var order) -> replacements.heard(user, order);
      }
    }
    tasks.run();
  }

  @Override
  public void mayHaveMissed() {
    heads.request();
  }
}
