package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.storage.StorageException;
import java.time.Clock;
import java.time.Duration;
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
  private static final Comparator<ChatMessage> BY_CONVERSATION =
      Comparator.comparingLong(message -> message.conversation().value());

  private final MessageStore store;
  private final LogListener<D> listener;
  private final Clock clock;
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
      ServerConfig.Log config) {
    this.store = store;
    this.listener = listener;
    this.clock = clock;
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
      } catch (RuntimeException e) {
        log.error("a listener failed on {} messages", batch.size(), e);
      }
      batch.clear();
    }
  }

  private void commit(List<D> batch) {
    List<Committed<D>> committed;
    try {
      committed = store(batch);
    } catch (RuntimeException e) {
      fail(batch, e);
      return;
    }
    if (failing) {
      failing = false;
      log.info("messages are stored again");
    }
    listener.committed(committed);
  }

  /** Refuses the batch and all that waits behind it: each try may take the database's time-out. */
  private void fail(List<D> batch, RuntimeException cause) {
    heads.clear();
    var refused = new ArrayList<>(batch);
    queue.drainTo(refused);
    if (!failing) {
      failing = true;
      log.error("messages cannot be stored: {}", cause.getMessage());
    }
    listener.failed(refused);
  }

  private List<Committed<D>> store(List<D> batch) {
    for (int conflicts = 0; ; conflicts++) {
      var newHeads = new HashMap<ConversationId, Long>();
      var committed = number(batch, newHeads);
      try {
        store.insert(committed.stream().map(Committed::message).sorted(BY_CONVERSATION).toList());
        heads.putAll(newHeads);
        return committed;
      } catch (StorageException e) {
        if (!e.isDuplicateKey() || conflicts == MAX_CONFLICTS) {
          throw e;
        }
        heads.keySet().removeAll(newHeads.keySet());
      }
    }
  }

  private List<Committed<D>> number(List<D> batch, Map<ConversationId, Long> newHeads) {
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var committed = new ArrayList<Committed<D>>(batch.size());
    for (var draft : batch) {
      var conversation = draft.conversation();
      var head = newHeads.get(conversation);
      long seq = (head == null ? head(conversation) : head) + 1;
      newHeads.put(conversation, seq);
      committed.add(
          new Committed<>(
              draft,
              new ChatMessage(
                  conversation, seq, draft.sender(), draft.senderName(), now, draft.text())));
    }
    return committed;
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
