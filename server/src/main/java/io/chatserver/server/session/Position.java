package io.chatserver.server.session;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.Cursor;

/** How far a session has been served from one conversation. Threads: its event loop. */
final class Position {
  /** Not read from the database yet. */
  static final long UNKNOWN = -1;

  private static final Place NOWHERE = new Place(0, 0);

  final ConversationId conversation;
  final Cursor cursor;

  /** The last message that was pushed. */
  long pushed = UNKNOWN;

  /** The value of {@link #pushed} when the session began to serve this conversation. */
  long atLogin;

  /** How often the session went back to that; what was read or pushed before does not count. */
  int turn;

  /** The last message that was received while places are held. */
  long held;

  /** The last message that is known to exist. */
  long head;

  /** Whether the messages up to the head are to be read from the log. */
  boolean behind;

  /** Whether the client was told that another page follows. */
  boolean pageFollows;

  Position(UserId user, ConversationId conversation) {
    this.conversation = conversation;
    this.cursor = new Cursor(user, conversation);
  }

  /** Whether a message was announced since the last read from the log began. */
  boolean announced;

  /** How far the two people of a direct conversation are, as the client was told last. */
  private Place lowIsAt = NOWHERE;

  private Place highIsAt = NOWHERE;

  /** Whether a place is farther than what the client was told of that user before. */
  boolean isFarther(UserId who, Place place) {
    boolean isLow = who.equals(conversation.low());
    var before = isLow ? lowIsAt : highIsAt;
    if (place.received() <= before.received() && place.read() <= before.read()) {
      return false;
    }
    if (isLow) {
      lowIsAt = place;
    } else {
      highIsAt = place;
    }
    return true;
  }

  void noteHead(long seq) {
    head = Math.max(head, seq);
    announced = true;
  }
}
