package io.chatserver.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.MessageStore;
import io.chatserver.server.storage.Database;
import java.time.Instant;

/** Removes members as another node does whose relay is dead: nobody is told. */
public final class Removals {
  private Removals() {}

  public static void remove(Database database, GroupId group, UserId user, UserId by) {
    var store = new GroupStore(database, new MessageStore(database));
    assertThat(store.remove(group, user, by, Instant.now()).result()).isTrue();
  }
}
