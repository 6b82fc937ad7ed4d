package io.chatserver.protocol;

import java.util.List;

/**
 * A group as one of its members sees it.
 *
 * @param memberCount how many members it has
 * @param members the first of them, perhaps not all
 */
public record Group(
    GroupId id, String name, String description, int memberCount, List<Member> members) {
  public Group {
    members = List.copyOf(members);
  }

  /** The same group with another description shown. */
  Group withDescription(String shown) {
    return new Group(id, name, shown, memberCount, members);
  }

  /** The same group with other members shown. */
  Group withMembers(List<Member> shown) {
    return new Group(id, name, description, memberCount, shown);
  }
}
