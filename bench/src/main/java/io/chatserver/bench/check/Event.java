package io.chatserver.bench.check;

import io.chatserver.protocol.ConversationId;
import java.util.concurrent.TimeUnit;

/**
 * Something that a device did or was told.
 *
 * @param index its place in the device's history
 * @param at nanoseconds since the check began
 * @param conversation the number of the conversation; 0 for none
 */
record Event(int index, EventKind kind, long at, long conversation, long seq, long x, long y) {
  private static final double NANOS_PER_SECOND = 1e9;

  /** Whether a message was shown by it. */
  boolean isMessage() {
    return kind == EventKind.PUSHED || kind == EventKind.PAGED || kind == EventKind.READ;
  }

  /** One line for a person. */
  String text() {
    var what =
        switch (kind) {
          case SAYS -> Saying.name(x);
          case STALLED -> "for " + TimeUnit.NANOSECONDS.toMillis(x) + " ms";
          case STORED, PUSHED, PAGED, READ -> "seq " + seq + ": " + Saying.name(x) + ", ts " + y;
          case REFUSED -> Saying.name(x) + ", errno " + y;
          case LOGIN, SESSION, GONE, LISTS, JOINS, JOINED, ADMITTED -> "";
          case CURSOR, FIRST_VISIBLE -> "seq " + seq;
          case ACKS -> "received " + x + ", read " + y;
          case PLACE -> "head " + seq + ", received " + x + ", read " + y;
          case PEER_PLACE, RECEIPT -> "user " + seq + ": received " + x + ", read " + y;
          case DIGEST_DIFFERS -> String.format("%016x instead of %016x", x, y);
          case LAGS -> "got up to " + seq + " of " + x;
          case STRANGE -> "note " + x;
        };
    var where = conversation == 0 ? "" : new ConversationId(conversation).toString();
    return String.format("%10.4f s  %-14s %-10s %s", at / NANOS_PER_SECOND, kind, where, what)
        .stripTrailing();
  }
}
