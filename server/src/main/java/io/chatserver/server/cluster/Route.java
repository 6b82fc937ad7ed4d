package io.chatserver.server.cluster;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;

/** Somebody or some group whose sessions may be on other nodes. */
public record Route(String key) {
  /** To the sessions of a user. */
  public static Route of(UserId user) {
    return new Route("u" + user);
  }

  /** To the sessions of a group's members. */
  public static Route of(ConversationId group) {
    return new Route(group.toString());
  }
}
