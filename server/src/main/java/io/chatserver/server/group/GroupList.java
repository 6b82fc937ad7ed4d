package io.chatserver.server.group;

import io.chatserver.protocol.ConversationId;
import java.util.List;

/**
 * The groups of a user, as they were read.
 *
 * @param groups in order of their ids
 */
public record GroupList(List<GroupStore.StoredGroup> groups) {
  public GroupList {
    groups = List.copyOf(groups);
  }

  /** Their conversations. */
  public List<ConversationId> conversations() {
    return groups.stream().map(group -> ConversationId.group(group.id())).toList();
  }
}
