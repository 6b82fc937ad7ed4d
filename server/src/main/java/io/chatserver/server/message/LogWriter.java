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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the messages of its share of the conversations, batch by batch.
 *
 * <p>The head of a conversation is kept in memory and the primary key {@code (conversation, seq)}
 * rejects a number that another node took first; then heads are read again and the batch repeated.
 *
 * <p>Threads: {@link #offer} and {@link #stop} any; the rest is its own thread's.
 */
final class LogWriter<D extends Draft> {
  private static final Logger log = LoggerFactory.getLogger(LogWriter.class);

  /**
   * Each conflict means that another node got on; so many in a row mean that something is wrong.
   */
  private static final int MAX_CONFLICTS = 20;

  private static final int MAX_HEADS = 100_000;
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
  private final Map<ConversationId, Long> heads = new LruMap<>(MAX_HEADS);
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
      } catch (RuntimeException | Error e) {
        // Whatever it is: a writer that is gone would leave all that comes unanswered.
        log.error("a listener failed on {} messages", batch.size(), e);
      }
      batch.clear();
    }
  }

  private void commit(List<D> batch) {
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

  /** Refuses the batch and all that waits behind it: each try may take the database's time-out. */
  private void fail(List<D> batch, Throwable cause) {
    heads.clear();
    var refused = new ArrayList<>(batch);
    queue.drainTo(refused);
    if (!failing) {
      failing = true;
      log.error("messages cannot be stored: {}", cause.getMessage());
    }
    listener.failed(refused);
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
      var numbered = number(batch, new HashMap<>(said));
      try {
        if (!numbered.committed.isEmpty()) {
          store.insert(numbered.entries());
        }
        heads.putAll(numbered.heads);
        return numbered;
      } catch (StorageException e) {
        if (!e.isDuplicateKey() || conflicts == MAX_CONFLICTS) {
          throw e;
        }
        heads.keySet().removeAll(numbered.heads.keySet());
        said.putAll(store.find(keys(batch)));
      }
    }
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
   */
  private Numbered<D> number(List<D> batch, Map<Entry.Key, ChatMessage> said) {
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var numbered = new Numbered<D>(batch.size());
    for (var draft : batch) {
      var clientId = draft.clientId();
      var key = clientId == null ? null : new Entry.Key(draft.sender(), clientId);
      var before = key == null ? null : said.get(key);
      if (before == null) {
        var message = next(draft, now, numbered.heads);
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

  private ChatMessage next(Draft draft, Instant now, Map<ConversationId, Long> newHeads) {
    var conversation = draft.conversation();
    var head = newHeads.get(conversation);
    long seq = (head == null ? head(conversation) : head) + 1;
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

  /** Forgets what was used longest ago. */
  private static final class LruMap<K, V> extends LinkedHashMap<K, V> {
    private final int maxSize;

    LruMap(int maxSize) {
      super(16, 0.75f, true);
      this.maxSize = maxSize;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > maxSize;
    }
  }
}
