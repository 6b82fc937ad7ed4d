package io.chatserver.server.account;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.fault.Rejected;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The queue of passwords to hash, and its order. {@code docs/decisions/0006-login-throttle.md}
 * explains the rules.
 *
 * <p>Each kind of hashes has its own lanes. The kinds take turns, and so do the lanes of a kind. A
 * lane has few places. A connection without a place gets a slot: a reserved turn at a time that its
 * refusal contains.
 *
 * <p>Threads: one at a time, under the lock of {@link PasswordHasher}. Times are those of {@link
 * System#nanoTime}.
 */
public final class HashLine {
  /** The order of the kinds, repeated. A kind without waiting hashes is skipped. */
  private static final List<HashKind> TURNS =
      List.of(
          HashKind.RECENT,
          HashKind.RECENT,
          HashKind.LOGIN,
          HashKind.RECENT,
          HashKind.RECENT,
          HashKind.REGISTER);

  /**
   * The limit per lane; more than the number of connections without a login that an address may
   * have.
   */
  private static final int MAX_SLOTS = 1000;

  /** How late a connection may use its slot, because the network or the client may be slow. */
  private static final long SLOT_GRACE_NANOS = Duration.ofSeconds(5).toNanos();

  private static final long LEAST_WAIT_NANOS = Duration.ofMillis(50).toNanos();
  private static final long LONGEST_IDLE_NANOS = Duration.ofMinutes(1).toNanos();

  /** The assumed time of a hash before one was measured. */
  private static final long FIRST_GUESS_NANOS = Duration.ofMillis(50).toNanos();

  /** Slows down origins from which many logins fail. */
  public interface Pace {
    /**
     * The nanoseconds until this number of logins may have been tried from an origin; 0 for now.
     */
    long nanosUntil(Object key, int logins);
  }

  private final Pace pace;
  private final int threads;
  private final int placesOfKey;
  private final int loginPlaces;
  private final int registerPlaces;
  private final Map<HashKind, HashLanes> kinds = new EnumMap<>(HashKind.class);
  private final Map<Applicant, HashTask<?>> waiting = new HashMap<>();
  private final Map<Applicant, HashLane> slots = new HashMap<>();
  private int turn;
  private int registering;
  private long hashNanos = FIRST_GUESS_NANOS;

  /**
   * Creates an empty queue.
   *
   * @param placesOfKey the number of waiting hashes per key
   */
  public HashLine(ServerConfig.Accounts config, int placesOfKey, Pace pace) {
    this.pace = pace;
    this.placesOfKey = placesOfKey;
    this.threads = config.hashThreads();
    // A flood of one kind leaves room for the other.
    this.registerPlaces = Math.max(1, config.hashQueue() / 4);
    this.loginPlaces = Math.max(1, config.hashQueue() - registerPlaces);
    for (var kind : HashKind.values()) {
      kinds.put(kind, new HashLanes());
    }
  }

  /**
   * Adds a hash to the queue.
   *
   * @return the hash that was removed from the queue for it, or null
   * @throws Rejected with {@link ErrorCode#BUSY} if there is no place; the reply has the time until
   *     there is one
   */
  @Nullable HashTask<?> add(HashTask<?> task, long now) {
    var applicant = task.place().applicant();
    if (waiting.containsKey(applicant)) {
      throw busy(wholeLineNanos());
    }
    var lanes = lanes(task.place().kind());
    var lane = lanes.lane(task.place());
    lane.dropLateSlots(now).forEach(slots::remove);
    int before = lane.slotsBefore(applicant);
    int free = placesOfKey - lane.waiting().size();
    if (before >= free) {
      throw busy(slot(lane, applicant, before - free + 1, now));
    }
    var displaced = makeRoom(lane);
    dropSlot(applicant);
    lanes.add(lanes.lane(task.place()), task);
    waiting.put(applicant, task);
    return displaced;
  }

  /** Gives a connection a slot, or keeps its slot, and returns the nanoseconds until it. */
  private long slot(HashLane lane, Applicant applicant, int hashesUntil, long now) {
    long wait = nanosUntil(lane, hashesUntil);
    if (slots.get(applicant) != lane) {
      dropSlot(applicant);
      if (lane.slots() >= MAX_SLOTS) {
        return wait;
      }
      slots.put(applicant, lane);
    }
    lane.keepSlot(applicant, now + wait + SLOT_GRACE_NANOS);
    return wait;
  }

  private void dropSlot(Applicant applicant) {
    var lane = slots.remove(applicant);
    if (lane != null) {
      lane.dropSlot(applicant);
      lanes(lane.kind()).tidy(lane);
    }
  }

  /** The nanoseconds until this number of hashes of a lane are done. */
  private long nanosUntil(HashLane lane, int hashes) {
    long lanesInTurn = kinds.values().stream().mapToInt(HashLanes::occupied).sum();
    long work = hashes * Math.max(1, lanesInTurn) * hashNanos / threads;
    long paced = lane.kind() == HashKind.LOGIN ? pace.nanosUntil(lane.key(), hashes) : 0;
    return Math.max(LEAST_WAIT_NANOS, Math.max(work, paced));
  }

  /**
   * Makes room in a full queue: removes the last hash of the longest lane if the new one's lane is
   * shorter.
   */
  private @Nullable HashTask<?> makeRoom(HashLane lane) {
    if (hasRoom(lane.kind())) {
      return null;
    }
    var others = lanes(HashKind.LOGIN).longest();
    boolean goesBefore = lane.kind() == HashKind.RECENT && others != null;
    var longest = goesBefore ? others : lanes(lane.kind()).longest();
    if (longest == null || (!goesBefore && longest.waiting().size() <= lane.waiting().size() + 1)) {
      lanes(lane.kind()).tidy(lane);
      throw busy(wholeLineNanos());
    }
    var displaced = longest.waiting().getLast();
    remove(displaced);
    return displaced;
  }

  private boolean hasRoom(HashKind kind) {
    return kind == HashKind.REGISTER
        ? size(kind) < registerPlaces
        : size(HashKind.RECENT) + size(HashKind.LOGIN) < loginPlaces;
  }

  /** The nanoseconds until all waiting hashes are done. */
  long wholeLineNanos() {
    return Math.max(LEAST_WAIT_NANOS, (1 + waiting.size()) * hashNanos / threads);
  }

  /** Creates the refusal of a hash without a place. */
  static Rejected busy(long retryAfterNanos) {
    return new Rejected(
        ErrorCode.BUSY,
        "many are logging in",
        Duration.ofMillis(Duration.ofNanos(retryAfterNanos).toMillis() + 1));
  }

  /**
   * Removes and returns the next hash to compute; null if none may begin now. {@link #finished}
   * must follow.
   */
  @Nullable HashTask<?> next(long now) {
    for (int i = 0; i < TURNS.size(); i++) {
      var kind = TURNS.get((turn + i) % TURNS.size());
      var task = mayBegin(kind) ? lanes(kind).poll(this::isReady) : null;
      if (task != null) {
        turn = (turn + i + 1) % TURNS.size();
        waiting.remove(task.place().applicant());
        registering += kind == HashKind.REGISTER ? 1 : 0;
        return task;
      }
    }
    return null;
  }

  /** If there are several threads, registrations never use all of them. */
  private boolean mayBegin(HashKind kind) {
    return kind != HashKind.REGISTER || registering < Math.max(1, threads / 2);
  }

  private boolean isReady(HashLane lane) {
    return lane.kind() != HashKind.LOGIN || pace.nanosUntil(lane.key(), 1) <= 0;
  }

  /** The nanoseconds until {@link #next} must be called again, if nothing happens before. */
  long nanosToNext() {
    long least = LONGEST_IDLE_NANOS;
    for (var lane : lanes(HashKind.LOGIN).all()) {
      if (!lane.waiting().isEmpty()) {
        least = Math.min(least, Math.max(1, pace.nanosUntil(lane.key(), 1)));
      }
    }
    return least;
  }

  /**
   * A hash returned by {@link #next} was computed or skipped.
   *
   * @param nanos how long it took; 0 if it was skipped
   */
  void finished(HashTask<?> task, long nanos) {
    registering -= task.place().kind() == HashKind.REGISTER ? 1 : 0;
    if (nanos > 0) {
      hashNanos += (nanos - hashNanos) / 8;
    }
  }

  /** A connection was closed. Removes and returns its waiting hash, if any. */
  @Nullable HashTask<?> leave(Applicant applicant) {
    dropSlot(applicant);
    var task = waiting.get(applicant);
    if (task != null) {
      remove(task);
    }
    return task;
  }

  private void remove(HashTask<?> task) {
    var lanes = lanes(task.place().kind());
    lanes.remove(lanes.lane(task.place()), task);
    waiting.remove(task.place().applicant());
  }

  /** Removes and returns all waiting hashes. */
  List<HashTask<?>> clear() {
    var all = List.copyOf(waiting.values());
    all.forEach(this::remove);
    return all;
  }

  /** The number of waiting hashes of a kind. */
  int size(HashKind kind) {
    return lanes(kind).size();
  }

  private HashLanes lanes(HashKind kind) {
    return Objects.requireNonNull(kinds.get(kind));
  }
}
