package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How far a user is known to have got in a conversation: by what his client acknowledges, or, if it
 * does not, by what was written to its socket. Several devices have one each; the farthest counts.
 *
 * <p>Threads: advanced by one, read by another; see {@link Cursors}.
 */
public final class Cursor {
  private final UserId user;
  private final ConversationId conversation;
  private final String epoch;
  private final AtomicBoolean waiting = new AtomicBoolean();
  private volatile long received;
  private volatile long read;

  /**
   * Creates one that has not moved.
   *
   * @param epoch the epoch of the log that its places belong to; in another one nothing is stored
   */
  public Cursor(UserId user, ConversationId conversation, String epoch) {
    this.user = user;
    this.conversation = conversation;
    this.epoch = epoch;
  }

  public UserId user() {
    return user;
  }

  public ConversationId conversation() {
    return conversation;
  }

  /** The epoch of the log that its places belong to. */
  String epoch() {
    return epoch;
  }

  /** The last message that was received; 0 if none is known to be. */
  public long received() {
    return received;
  }

  /** The last message that was read, by what the client says. */
  public long read() {
    return read;
  }

  /** Moves on; true if it was not waiting to be stored yet, and is now. */
  boolean advance(long receivedSeq, long readSeq) {
    if (receivedSeq <= received && readSeq <= read) {
      return false;
    }
    received = Math.max(received, receivedSeq);
    read = Math.max(read, readSeq);
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
