package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.UserId;
import java.util.List;

/** Hears how far people have got. Threads: the writer of the cursors, which goes on then. */
public interface CursorListener {
  /**
   * How far one of the two people of a direct conversation is by now.
   *
   * @param place the farthest of all his devices, as it is stored
   */
  record Moved(UserId user, ConversationId conversation, Place place) {}

  /** These have moved. */
  void moved(List<Moved> places);
}
