package io.chatserver.bench.check;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who takes part in a check, and who talks to whom.
 *
 * @param devices whose device each is, by its number
 * @param members the members of each conversation
 */
record Cast(List<Account> devices, Map<ConversationId, Members> members) {
  Cast {
    devices = List.copyOf(devices);
    members = Map.copyOf(members);
  }

  /**
   * The members of a conversation.
   *
   * @param first who may see it from its first message on; the first of them reads its log at the
   *     end
   * @param late who joins it while there is talk
   */
  record Members(List<UserId> first, Set<UserId> late) {
    Members {
      first = List.copyOf(first);
      late = Set.copyOf(late);
    }

    boolean has(UserId user) {
      return first.contains(user) || late.contains(user);
    }
  }

  UserId userOf(int device) {
    return devices.get(device).id();
  }

  /** All users. */
  Set<Account> accounts() {
    return new HashSet<>(devices);
  }

  Members membersOf(long conversation) {
    var found = members.get(new ConversationId(conversation));
    return found == null ? new Members(List.of(), Set.of()) : found;
  }
}
