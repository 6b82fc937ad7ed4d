package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How far a user is known to have received a conversation: the end of what was written to his
 * socket. Several devices have one each; the farthest counts.
 *
 * <p>Threads: advanced by one, read by another; see {@link Cursors}.
 */
public final class Cursor {
  private final UserId user;
  private final ConversationId conversation;
  private final AtomicBoolean waiting = new AtomicBoolean();
  private volatile long received;

  public Cursor(UserId user, ConversationId conversation) {
    this.user = user;
    this.conversation = conversation;
  }

  UserId user() {
    return user;
  }

  public ConversationId conversation() {
    return conversation;
  }

  long received() {
    return received;
  }

  /** Moves on; true if it was not waiting to be stored yet, and is now. */
  boolean advance(long seq) {
    received = seq;
    return !waiting.get() && waiting.compareAndSet(false, true);
  }

  /** Says that it is about to be stored; later moves make it wait again. */
  void taken() {
    waiting.set(false);
  }

  /** Says that it could not be stored; true if it did not wait again by itself. */
  boolean putBack() {
    return waiting.compareAndSet(false, true);
  }
}
