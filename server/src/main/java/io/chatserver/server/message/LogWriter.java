package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.StoredTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the messages of its share of the conversations, batch by batch.
 *
 * <p>The head of a conversation is kept in memory and the primary key {@code (conversation, seq)}
 * rejects a number that another node took first; then heads are read again, and the batch repeated,
 * under locks. What other nodes tell of their messages makes that rare.
 *
 * <p>Threads: {@link #offer}, {@link #heard} and {@link #stop} any; the rest is its own thread's.
 */
final class LogWriter<D extends Draft> {
  private static final Logger log = LoggerFactory.getLogger(LogWriter.class);

  /**
   * Each conflict means that another node got on; so many in a row mean that something is wrong.
   */
  private static final int MAX_CONFLICTS = 20;

  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(30);
  private static final long IDLE_CHECK_MILLIS = 100;
  private static final Comparator<Row> BY_CONVERSATION =
      Comparator.comparingLong(row -> row.entry().conversation().value());

  private final MessageStore store;
  private final LogListener<D> listener;
  private final Clock clock;
  private final LogMeter meter;
  private final int maxBatch;
  private final BlockingQueue<D> queue;
  private final Thread thread;
  private final Heads heads = new Heads();
  private volatile boolean stopping;
  private boolean failing;

  LogWriter(
      String name,
      MessageStore store,
      LogListener<D> listener,
      Clock clock,
      LogMeter meter,
      ServerConfig.Log config) {
    this.store = store;
    this.listener = listener;
    this.clock = clock;
    this.meter = meter;
    this.maxBatch = config.batch();
    this.queue = new ArrayBlockingQueue<>(config.queue());
    this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  boolean offer(D draft) {
    if (stopping || !queue.offer(draft)) {
      return false;
    }
    // One that has ended meanwhile does not see it any more: then it was not taken.
    return !stopping || !queue.remove(draft);
  }

  /** Notes a row that was stored elsewhere. */
  void heard(ConversationId conversation, Head head) {
    heads.heard(conversation, head);
  }

  void stop() {
    stopping = true;
  }

  void join() {
    try {
      if (!thread.join(JOIN_TIMEOUT)) {
        log.error("{} did not stop within {}", thread.getName(), JOIN_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    var batch = new ArrayList<D>(maxBatch);
    while (!stopping || !queue.isEmpty()) {
      try {
        var first = queue.poll(IDLE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, maxBatch - 1);
          commit(batch);
        }
      } catch (InterruptedException _) {
        stopping = true;
      }
      batch.clear();
    }
  }

  private void commit(List<D> batch) {
    try {
      storeAndTell(batch);
    } catch (RuntimeException | Error e) {
      // Whatever it is: a writer that is gone would leave all that comes unanswered.
      log.error("a listener failed on {} messages", batch.size(), e);
    }
  }

  private void storeAndTell(List<D> batch) {
    long start = System.nanoTime();
    Numbered<D> stored;
    try {
      stored = store(batch);
    } catch (RuntimeException | Error e) {
      fail(batch, e);
      return;
    }
    meter.stored(stored.committed.size(), System.nanoTime() - start);
    if (failing) {
      failing = false;
      log.info("messages are stored again");
    }
    listener.committed(stored.committed);
    if (!stored.repeated.isEmpty()) {
      listener.repeated(stored.repeated);
    }
    if (!stored.conflicting.isEmpty()) {
      listener.conflicting(stored.conflicting);
    }
  }

  private void fail(List<D> batch, Throwable cause) {
    if (cause instanceof StorageException e && e.isLocked()) {
      failLocked(batch, e);
    } else if (cause instanceof StorageException e && e.isFault()) {
      failFaulty(batch, e);
    } else {
      failAll(batch, cause);
    }
  }

  /**
   * Somebody, a node that hangs maybe, keeps one of the conversations locked: what is said in the
   * others is stored, each by itself.
   */
  private void failLocked(List<D> batch, Throwable cause) {
    var apart = batch.stream().collect(Collectors.groupingBy(Draft::conversation)).values();
    if (apart.size() > 1) {
      apart.forEach(this::commit);
    } else {
      log.warn(
          "{} is locked, by a node that hangs maybe: {} messages are refused",
          batch.getFirst().conversation(),
          batch.size());
      listener.failed(batch, cause);
    }
  }

  /**
   * The database refuses a value: stores each message separately, so that only the wrong one fails.
   */
  private void failFaulty(List<D> batch, Throwable cause) {
    if (batch.size() > 1) {
      batch.forEach(each -> commit(List.of(each)));
    } else {
      log.error("a message to {} cannot be stored", batch.getFirst().conversation(), cause);
      listener.failed(batch, cause);
    }
  }

  /** Refuses the batch and all that waits behind it: each try may take the database's time-out. */
  private void failAll(List<D> batch, Throwable cause) {
    heads.forgetAll();
    var refused = new ArrayList<>(batch);
    queue.drainTo(refused);
    if (!failing) {
      failing = true;
      log.error("messages cannot be stored: {}", cause.getMessage());
    }
    listener.failed(refused, cause);
  }

  /** What a batch comes to, before it is stored. */
  private record Numbered<D extends Draft>(
      Map<ConversationId, Head> heads,
      List<Committed<D>> committed,
      List<Committed<D>> repeated,
      List<D> conflicting) {
    Numbered(int size) {
      this(new HashMap<>(), new ArrayList<>(size), new ArrayList<>(0), new ArrayList<>(0));
    }

    List<Row> rows() {
      return committed.stream()
          .map(each -> row(each.draft(), each.message(), each.head()))
          .sorted(BY_CONVERSATION)
          .toList();
    }

    private static Row row(Draft draft, ChatMessage message, Head head) {
      return new Row(message, draft.clientId(), head.others(), head.rights());
    }
  }

  private Numbered<D> store(List<D> batch) {
    var said = new HashMap<Row.Key, Known>();
    for (int conflicts = 0; ; conflicts++) {
      try {
        var numbered = conflicts == 0 ? insert(batch) : insertUnderLocks(batch, said);
        heads.committed(numbered.heads);
        return numbered;
      } catch (StorageException e) {
        if (!e.isDuplicateKey() || conflicts == MAX_CONFLICTS) {
          throw e;
        }
        heads.forget(conversations(batch));
        said.putAll(store.find(keys(batch)));
      }
    }
  }

  /** What this node knows is mostly so. */
  private Numbered<D> insert(List<D> batch) {
    var numbered = number(batch, new HashMap<>(), knownHeads(batch));
    store.insert(numbered.rows());
    return numbered;
  }

  private Numbered<D> insertUnderLocks(List<D> batch, Map<Row.Key, Known> said) {
    return store.insert(
        conversations(batch), found -> number(batch, new HashMap<>(said), found), Numbered::rows);
  }

  /** The heads that are known; the others are read, in one statement. */
  private Map<ConversationId, Head> knownHeads(List<D> batch) {
    var found = new HashMap<ConversationId, Head>();
    var unknown = new ArrayList<ConversationId>(0);
    for (var conversation : conversations(batch)) {
      var head = heads.get(conversation);
      if (head == null) {
        unknown.add(conversation);
      } else {
        found.put(conversation, head);
      }
    }
    if (!unknown.isEmpty()) {
      found.putAll(store.heads(unknown));
    }
    return found;
  }

  private static Set<ConversationId> conversations(List<? extends Draft> batch) {
    return batch.stream().map(Draft::conversation).collect(Collectors.toSet());
  }

  private static List<Row.Key> keys(List<? extends Draft> batch) {
    var keys = new ArrayList<Row.Key>(batch.size());
    for (var draft : batch) {
      var key = key(draft);
      if (key != null) {
        keys.add(key);
      }
    }
    return keys;
  }

  private static Row.@Nullable Key key(Draft draft) {
    var clientId = draft.clientId();
    return clientId == null ? null : new Row.Key(draft.sender(), clientId);
  }

  /**
   * Gives each draft its place, unless it is known under its client message id.
   *
   * @param said what is known so; what the batch itself says is added
   * @param before the heads of those conversations that have one
   */
  private Numbered<D> number(
      List<D> batch, Map<Row.Key, Known> said, Map<ConversationId, Head> before) {
    long now = StoredTime.of(clock.instant());
    var numbered = new Numbered<D>(batch.size());
    for (var draft : batch) {
      var key = key(draft);
      var known = key == null ? null : said.get(key);
      if (known == null) {
        var committed = next(draft, now, numbered.heads, before);
        numbered.committed.add(committed);
        if (key != null) {
          said.put(key, new Known(committed.message(), committed.head(), null));
        }
      } else if (known.isRepeatedBy(draft)) {
        numbered.repeated.add(new Committed<>(draft, known.message(), known.head()));
      } else {
        numbered.conflicting.add(draft);
      }
    }
    return numbered;
  }

  private static <D extends Draft> Committed<D> next(
      D draft, long now, Map<ConversationId, Head> newHeads, Map<ConversationId, Head> before) {
    var conversation = draft.conversation();
    var last = newHeads.getOrDefault(conversation, before.getOrDefault(conversation, Head.NONE));
    var head = new Head(last.seq() + 1, last.others(), last.next(now), last.rights());
    newHeads.put(conversation, head);
    var message =
        new ChatMessage(
            conversation,
            head.seq(),
            draft.sender(),
            draft.senderName(),
            StoredTime.read(head.micros()),
            draft.text());
    return new Committed<>(draft, message, head);
  }
}
