package io.chatserver.bench.check;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.UnknownEntry;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The log of all conversations as it was read when all was over.
 *
 * <p>Threads: one at a time.
 */
final class LogCopy {
  private final Map<ConversationId, Part> parts = new TreeMap<>();

  /** The time of an entry, in milliseconds since 1970-01-01 UTC. */
  static long millis(LogEntry entry) {
    return switch (entry) {
      case ChatMessage message -> message.sentAt().toEpochMilli();
      case MemberEntry change -> change.sentAt().toEpochMilli();
      case UnknownEntry _ -> 0;
    };
  }

  /** The log of one conversation. */
  static final class Part {
    static final int FIELDS = 3;

    private long[] rows = new long[64 * FIELDS];
    private int size;

    private void add(long seq, long saying, long time) {
      if (size * FIELDS == rows.length) {
        rows = Arrays.copyOf(rows, 2 * rows.length);
      }
      rows[size * FIELDS] = seq;
      rows[size * FIELDS + 1] = saying;
      rows[size * FIELDS + 2] = time;
      size++;
    }

    int size() {
      return size;
    }

    long seq(int index) {
      return rows[index * FIELDS];
    }

    /** Which message is there, by {@link Saying}. */
    long saying(int index) {
      return rows[index * FIELDS + 1];
    }

    long time(int index) {
      return rows[index * FIELDS + 2];
    }

    /** Number, message and time of each in turn. */
    long[] rows() {
      return Arrays.copyOf(rows, size * FIELDS);
    }

    /** Where a number is; negative if it is not there. */
    int indexOf(long seq) {
      // Almost always there: the numbers should have no hole.
      if (seq >= 1 && seq <= size && seq((int) seq - 1) == seq) {
        return (int) seq - 1;
      }
      int from = 0;
      int to = size - 1;
      while (from <= to) {
        int middle = (from + to) >>> 1;
        if (seq(middle) == seq) {
          return middle;
        }
        if (seq(middle) < seq) {
          from = middle + 1;
        } else {
          to = middle - 1;
        }
      }
      return -1;
    }

    /** The last number; 0 if nothing was said. */
    long head() {
      return size == 0 ? 0 : seq(size - 1);
    }
  }

  /** Adds the next message of a conversation. */
  void add(ConversationId conversation, long seq, long saying, long time) {
    parts.computeIfAbsent(conversation, _ -> new Part()).add(seq, saying, time);
  }

  /** The log of a conversation; empty if nothing was said there. */
  Part of(ConversationId conversation) {
    return parts.getOrDefault(conversation, new Part());
  }

  Part of(long conversation) {
    return of(new ConversationId(conversation));
  }

  /** Every conversation in which something was said. */
  Map<ConversationId, Part> parts() {
    return parts;
  }
}
