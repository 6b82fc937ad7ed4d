package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.storage.StorageException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
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
  private static final Comparator<Entry> BY_CONVERSATION =
      Comparator.comparingLong(entry -> entry.message().conversation().value());

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

  /** Notes the place of a message that another node has stored. */
  void heard(ConversationId conversation, long seq) {
    heads.heard(conversation, seq);
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
      Map<ConversationId, Long> heads,
      List<Committed<D>> committed,
      List<Committed<D>> repeated,
      List<D> conflicting) {
    Numbered(int size) {
      this(new HashMap<>(), new ArrayList<>(size), new ArrayList<>(0), new ArrayList<>(0));
    }

    List<Entry> entries() {
      return committed.stream()
          .map(each -> new Entry(each.message(), each.draft().clientId()))
          .sorted(BY_CONVERSATION)
          .toList();
    }
  }

  private Numbered<D> store(List<D> batch) {
    var said = new HashMap<Entry.Key, ChatMessage>();
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
    var numbered = number(batch, new HashMap<>(), this::head);
    store.insert(numbered.entries());
    return numbered;
  }

  private Numbered<D> insertUnderLocks(List<D> batch, Map<Entry.Key, ChatMessage> said) {
    return store.insert(
        conversations(batch),
        found -> number(batch, new HashMap<>(said), each -> found.getOrDefault(each, 0L)),
        Numbered::entries);
  }

  private static Set<ConversationId> conversations(List<? extends Draft> batch) {
    return batch.stream().map(Draft::conversation).collect(Collectors.toSet());
  }

  private static List<Entry.Key> keys(List<? extends Draft> batch) {
    var keys = new ArrayList<Entry.Key>(batch.size());
    for (var draft : batch) {
      var clientId = draft.clientId();
      if (clientId != null) {
        keys.add(new Entry.Key(draft.sender(), clientId));
      }
    }
    return keys;
  }

  /**
   * Gives each draft its place, unless it is known under its client message id.
   *
   * @param said what is known so; what the batch itself says is added
   * @param head tells the last message of a conversation
   */
  private Numbered<D> number(
      List<D> batch, Map<Entry.Key, ChatMessage> said, ToLongFunction<ConversationId> head) {
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var numbered = new Numbered<D>(batch.size());
    for (var draft : batch) {
      var clientId = draft.clientId();
      var key = clientId == null ? null : new Entry.Key(draft.sender(), clientId);
      var before = key == null ? null : said.get(key);
      if (before == null) {
        var message = next(draft, now, numbered.heads, head);
        numbered.committed.add(new Committed<>(draft, message));
        if (key != null) {
          said.put(key, message);
        }
      } else if (isSame(draft, before)) {
        numbered.repeated.add(new Committed<>(draft, before));
      } else {
        numbered.conflicting.add(draft);
      }
    }
    return numbered;
  }

  private static ChatMessage next(
      Draft draft,
      Instant now,
      Map<ConversationId, Long> newHeads,
      ToLongFunction<ConversationId> head) {
    var conversation = draft.conversation();
    var last = newHeads.get(conversation);
    long seq = (last == null ? head.applyAsLong(conversation) : last) + 1;
    newHeads.put(conversation, seq);
    return new ChatMessage(
        conversation, seq, draft.sender(), draft.senderName(), now, draft.text());
  }

  private static boolean isSame(Draft draft, ChatMessage message) {
    return draft.conversation().equals(message.conversation())
        && draft.text().equals(message.text());
  }

  private long head(ConversationId conversation) {
    var known = heads.get(conversation);
    return known == null ? store.head(conversation) : known;
  }
}
