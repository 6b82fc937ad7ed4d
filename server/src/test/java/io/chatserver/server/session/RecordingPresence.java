package io.chatserver.server.session;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers who came and went. Threads: any. */
public final class RecordingPresence implements PresenceListener {
  private final List<String> told = new CopyOnWriteArrayList<>();

  /** {@code +1} where user 1 came, {@code -g7} where group 7 left. */
  List<String> told() {
    return told;
  }

  @Override
  public void userCame(UserId user) {
    told.add("+" + user);
  }

  @Override
  public void userLeft(UserId user) {
    told.add("-" + user);
  }

  @Override
  public void groupCame(ConversationId group) {
    told.add("+" + group);
  }

  @Override
  public void groupLeft(ConversationId group) {
    told.add("-" + group);
  }
}
