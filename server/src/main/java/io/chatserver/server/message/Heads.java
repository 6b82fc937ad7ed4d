package io.chatserver.server.message;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chatserver.protocol.ConversationId;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The heads of conversations, as far as they are known to be committed. The least recently used are
 * forgotten, and each is after an hour: the key of the log rejects a place only while its row is
 * there, and the rows of the last 24 hours always are.
 *
 * <p>Threads: any.
 */
final class Heads {
  private static final int MAX_SIZE = 100_000;
  private static final Duration TRUST = Duration.ofHours(1);

  /** The rows of other nodes that came before one that is still missing, at most so many. */
  private static final int MAX_EARLY = 8;

  private static final Duration EARLY_WAITS = Duration.ofSeconds(1);

  private final Clock wall;
  private final LongSupplier nanoTime;
  private final Duration trust;

  @GuardedBy("this") private final Map<ConversationId, State> heads = new LruMap<>();

  /** The last entries that were committed here, also where the head is forgotten. */
  @GuardedBy("this") private final Map<ConversationId, Long> own = new LruMap<>();

  /**
   * Creates an empty one.
   *
   * @param nanoTime a clock in nanoseconds that nobody can set; it can stand still while the
   *     machine sleeps
   */
  Heads(Clock wall, LongSupplier nanoTime) {
    this(wall, nanoTime, TRUST);
  }

  Heads(Clock wall, LongSupplier nanoTime, Duration trust) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.trust = trust;
  }

  /** A moment by both clocks. */
  private record Moment(long millis, long nanos) {
    Moment earlier(long byMillis) {
      return new Moment(millis - byMillis, nanos - Duration.ofMillis(byMillis).toNanos());
    }

    /** Whether so much time has passed since then, by the clock that says more. */
    boolean isPast(Duration duration, Moment now) {
      return now.millis - millis > duration.toMillis() || now.nanos - nanos > duration.toNanos();
    }
  }

  /**
   * A head, and rows above it that came early, without a hole between them.
   *
   * @param known when the head was the last row for sure
   * @param waiting since when the first of the early rows waits
   */
  private record State(Head head, Moment known, List<Head> early, Moment waiting) {
    State(Head head, Moment known) {
      this(head, known, List.of(), known);
    }

    /** The state after a row of another node; null if the head must be read again. */
    @Nullable State heard(Head other, Moment now) {
      long last = early.isEmpty() ? head.seq() : early.getLast().seq();
      boolean follows = other.seq() == last + 1;
      if (other.seq() <= last) {
        return this;
      }
      if (follows && early.isEmpty()) {
        return new State(other, stored(other, now));
      }
      boolean waits = (follows || early.isEmpty()) && early.size() < MAX_EARLY;
      boolean tooLong = !early.isEmpty() && waiting.isPast(EARLY_WAITS, now);
      return waits && !tooLong
          ? new State(
              head,
              known,
              Stream.concat(early.stream(), Stream.of(other)).toList(),
              early.isEmpty() ? now : waiting)
          : null;
    }

    /** The state after a row of this node, and after those that came early, if they follow it. */
    State committed(Head own, Moment now) {
      var above = early.stream().filter(each -> each.seq() > own.seq()).toList();
      boolean follows =
          !above.isEmpty()
              && above.getFirst().seq() == own.seq() + 1
              && !waiting.isPast(EARLY_WAITS, now);
      return follows
          ? new State(above.getLast(), stored(above.getLast(), now))
          : new State(own, now);
    }

    /** When a row was stored of which we hear now: it may have been under way for long. */
    private static Moment stored(Head row, Moment now) {
      return now.earlier(Math.max(0, now.millis - row.micros() / 1000));
    }
  }

  private Moment now() {
    return new Moment(wall.millis(), nanoTime.getAsLong());
  }

  /** The head of a conversation; null if it has to be read. */
  synchronized @Nullable Head get(ConversationId conversation) {
    var state = heads.get(conversation);
    return state == null || !state.early.isEmpty() || state.known.isPast(trust, now())
        ? null
        : state.head;
  }

  /** Notes what was committed here. */
  synchronized void committed(Map<ConversationId, Head> committed) {
    var now = now();
    committed.forEach((conversation, head) -> {
      own.merge(conversation, head.seq(), Math::max);
      var before = heads.get(conversation);
      heads.put(conversation, before == null ? new State(head, now) : before.committed(head, now));
    });
  }

  /**
   * Notes a row that another node stored. A head moves only to the row that follows it. Rows that
   * come before an own commit is noted wait for it; until then the head is not known.
   */
  synchronized void heard(ConversationId conversation, Head head) {
    heads.computeIfPresent(conversation, (_, state) -> state.heard(head, now()));
  }

  synchronized void forget(Collection<ConversationId> conversations) {
    heads.keySet().removeAll(conversations);
  }

  synchronized void forgetAll() {
    heads.clear();
  }

  /** Forgets also what was committed here: the log is another one. */
  synchronized void forgetLog() {
    heads.clear();
    own.clear();
  }

  /** The last entry that is known to have been committed here; 0 if none is. */
  synchronized long lastOwn(ConversationId conversation) {
    return own.getOrDefault(conversation, 0L);
  }

  private static final class LruMap<K, V> extends LinkedHashMap<K, V> {
    LruMap() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > MAX_SIZE;
    }
  }
}
