package io.chatserver.bench.check;

import io.chatserver.protocol.ConversationId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one device did and was told, in its order; 40 bytes an event, so that millions fit.
 *
 * <p>Threads: the device's, and then, when that has ended, any.
 */
final class History {
  private static final int FIELDS = 5;
  private static final int EVENTS_IN_CHUNK = 1024;
  private static final int KIND_BITS = 5;
  private static final int MAX_NOTES = 100;
  private static final EventKind[] KINDS = EventKind.values();

  private final LongSupplier clock;
  private final List<long[]> chunks = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int size;

  /**
   * Creates an empty one.
   *
   * @param clock nanoseconds since the check began
   */
  History(LongSupplier clock) {
    this.clock = clock;
  }

  @SuppressWarnings("EnumOrdinal") // It does not outlive the process.
  void add(EventKind kind, @Nullable ConversationId conversation, long seq, long x, long y) {
    int offset = size % EVENTS_IN_CHUNK * FIELDS;
    if (offset == 0) {
      chunks.add(new long[EVENTS_IN_CHUNK * FIELDS]);
    }
    var chunk = chunks.getLast();
    chunk[offset] = clock.getAsLong() << KIND_BITS | kind.ordinal();
    chunk[offset + 1] = conversation == null ? 0 : conversation.value();
    chunk[offset + 2] = seq;
    chunk[offset + 3] = x;
    chunk[offset + 4] = y;
    size++;
  }

  void add(EventKind kind) {
    add(kind, null, 0, 0, 0);
  }

  void add(EventKind kind, ConversationId conversation, long seq) {
    add(kind, conversation, seq, 0, 0);
  }

  /** Notes something that the protocol does not provide for. */
  void strange(@Nullable ConversationId conversation, String note) {
    if (notes.size() < MAX_NOTES) {
      add(EventKind.STRANGE, conversation, 0, notes.size(), 0);
      notes.add(note);
    }
  }

  String note(long number) {
    return notes.get(Math.toIntExact(number));
  }

  int size() {
    return size;
  }

  Event get(int index) {
    var chunk = chunks.get(index / EVENTS_IN_CHUNK);
    int offset = index % EVENTS_IN_CHUNK * FIELDS;
    return new Event(
        index,
        KINDS[(int) (chunk[offset] & ((1 << KIND_BITS) - 1))],
        chunk[offset] >>> KIND_BITS,
        chunk[offset + 1],
        chunk[offset + 2],
        chunk[offset + 3],
        chunk[offset + 4]);
  }

  /** All of them, one at a time. */
  Iterable<Event> events() {
    return () ->
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return next < size;
          }

          @Override
          public Event next() {
            return get(next++);
          }
        };
  }
}
