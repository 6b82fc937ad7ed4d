package io.chatserver.server.session;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.Cursor;

/** How far a session has been served from one conversation. Threads: its event loop. */
final class Position {
  /** Not read from the database yet. */
  static final long UNKNOWN = -1;

  final ConversationId conversation;
  final Cursor cursor;

  /** The last message that was pushed. */
  long pushed = UNKNOWN;

  /** The last message that is known to exist. */
  long head;

  /** Whether the messages up to the head are to be read from the log. */
  boolean behind;

  Position(UserId user, ConversationId conversation) {
    this.conversation = conversation;
    this.cursor = new Cursor(user, conversation);
  }

  /** Whether a message was announced since the last read from the log began. */
  boolean announced;

  void noteHead(long seq) {
    head = Math.max(head, seq);
    announced = true;
  }
}
