package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.storage.StorageException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the entries of its share of the conversations, in the order in which they came: texts
 * batch by batch, each change of state by itself.
 *
 * <p>What waits behind a change is judged by what the change has made of the conversation.
 *
 * <p>Threads: {@link #offer}, {@link #heard} and {@link #stop} any; the rest is its own thread's.
 */
final class LogWriter<D extends Draft> {
  private static final Logger log = LoggerFactory.getLogger(LogWriter.class);
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(30);
  private static final long IDLE_CHECK_MILLIS = 100;

  private final LogStore store;
  private final BatchWriter<D> batches;
  private final Heads heads;
  private final LogListener<D> listener;
  private final LogMeter meter;
  private final int maxBatch;
  private final BlockingQueue<Item<D>> queue;
  private final Thread thread;
  private volatile boolean stopping;
  private boolean failing;

  /** Why the database could not be written in the present round; null if it could. */
  private @Nullable Throwable outage;

  /** What waits to be written. */
  sealed interface Item<D extends Draft> {
    record Text<D extends Draft>(D draft) implements Item<D> {}

    record Change<D extends Draft>(LogChange<?> change) implements Item<D> {}
  }

  LogWriter(
      String name,
      LogStore store,
      Heads heads,
      LogListener<D> listener,
      Clock clock,
      LogMeter meter,
      ServerConfig.Log config) {
    this.store = store;
    this.heads = heads;
    this.batches = new BatchWriter<>(store, heads, clock, meter, config.wentBack());
    this.listener = listener;
    this.meter = meter;
    this.maxBatch = config.batch();
    this.queue = new ArrayBlockingQueue<>(config.queue());
    this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  boolean offer(D draft) {
    return offer(new Item.Text<>(draft));
  }

  boolean offer(LogChange<?> change) {
    return offer(new Item.Change<>(change));
  }

  private boolean offer(Item<D> item) {
    if (stopping || !queue.offer(item)) {
      return false;
    }
    // One that has ended meanwhile does not see it any more: then it was not taken.
    return !stopping || !queue.remove(item);
  }

  /** Forgets the ends of conversations: the database may be another one. */
  void forgetHeads() {
    heads.forgetAll();
  }

  /** Forgets what is known of the log: it is another one. */
  void forgetLog() {
    heads.forgetLog();
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
    var items = new ArrayList<Item<D>>(maxBatch);
    while (!stopping || !queue.isEmpty()) {
      try {
        var first = queue.poll(IDLE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          items.add(first);
          queue.drainTo(items, maxBatch - 1);
          write(items);
        }
      } catch (InterruptedException _) {
        stopping = true;
      }
      items.clear();
    }
  }

  /** Writes these in their order, and tells the listener. */
  void write(List<Item<D>> items) {
    outage = null;
    var texts = new ArrayList<D>(items.size());
    for (var item : items) {
      switch (item) {
        case Item.Text<D>(var draft) -> texts.add(draft);
        case Item.Change<D>(var change) -> {
          commit(texts);
          texts.clear();
          run(change);
        }
      }
    }
    commit(texts);
  }

  private void run(LogChange<?> change) {
    if (outage != null) {
      change.fail(outage);
      return;
    }
    try {
      change.run(this::changed);
    } catch (RuntimeException | Error e) {
      if (!(e instanceof Rejected)) {
        heads.forget(List.of(change.conversation()));
      }
      change.fail(e);
      if (e instanceof StorageException storage && !storage.concernsOneWrite()) {
        refuseWaiting(storage);
      }
    }
  }

  private void refuseWaiting(StorageException cause) {
    try {
      failAll(List.of(), cause);
    } catch (RuntimeException | Error e) {
      log.error("a listener failed on what was refused", e);
    }
  }

  private void changed(StoredEntry stored) {
    var conversation = stored.entry().conversation();
    long own = heads.lastOwn(conversation);
    if (stored.head().seq() > own || isNewLog(conversation, stored.head().seq() - 1, own)) {
      heads.committed(Map.of(conversation, stored.head()));
    } else {
      heads.forget(List.of(conversation));
    }
    try {
      listener.changed(stored);
    } catch (RuntimeException | Error e) {
      log.error("a listener failed on {}", stored.entry().conversation(), e);
    }
  }

  /** Whether the log that went back has a new epoch now; if not, texts there are refused. */
  private boolean isNewLog(ConversationId conversation, long last, long own) {
    try {
      batches.wentBack(new LogWentBack(conversation, last, own), store.epoch());
      return true;
    } catch (RuntimeException e) {
      log.warn("a change was stored all the same: {}", e.getMessage());
      return false;
    }
  }

  private void commit(List<D> batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      if (outage == null) {
        storeAndTell(batch);
      } else {
        listener.failed(List.copyOf(batch), outage);
      }
    } catch (RuntimeException | Error e) {
      // Whatever it is: a writer that is gone would leave all that comes unanswered.
      log.error("a listener failed on {} messages", batch.size(), e);
    }
  }

  private void storeAndTell(List<D> batch) {
    long start = System.nanoTime();
    BatchWriter.Numbered<D> stored;
    try {
      stored = batches.store(batch);
    } catch (RuntimeException | Error e) {
      fail(batch, e);
      return;
    }
    meter.stored(stored.committed().size(), System.nanoTime() - start);
    if (failing) {
      failing = false;
      log.info("messages are stored again");
    }
    listener.committed(stored.committed());
    if (!stored.repeated().isEmpty()) {
      listener.repeated(stored.repeated());
    }
    if (!stored.conflicting().isEmpty()) {
      listener.conflicting(stored.conflicting());
    }
    if (!stored.refused().isEmpty()) {
      listener.refused(stored.refused());
    }
  }

  private void fail(List<D> batch, Throwable cause) {
    if (cause instanceof StorageException e && e.isLocked()) {
      failApart(batch, e, "is locked, by a node that hangs maybe");
    } else if (cause instanceof StorageException e && e.isDuplicateKey()) {
      failApart(batch, e, "is written by others, who are quicker again and again");
    } else if (cause instanceof LogWentBack) {
      failApart(batch, cause, "went back");
    } else if (cause instanceof StorageException e && e.isFault()) {
      failFaulty(batch, e);
    } else {
      failAll(batch, cause);
    }
  }

  /**
   * One of the conversations cannot be written: what is said in the others is stored, each by
   * itself.
   */
  private void failApart(List<D> batch, Throwable cause, String why) {
    var apart = batch.stream().collect(Collectors.groupingBy(Draft::conversation)).values();
    if (apart.size() > 1) {
      apart.forEach(this::commit);
    } else {
      log.warn(
          "{} {}: {} messages are refused", batch.getFirst().conversation(), why, batch.size());
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
    outage = cause;
    heads.forgetAll();
    if (!failing) {
      failing = true;
      log.error("messages cannot be stored: {}", cause.getMessage());
    }
    var waiting = new ArrayList<Item<D>>();
    queue.drainTo(waiting);
    var refused = new ArrayList<>(batch);
    for (var item : waiting) {
      switch (item) {
        case Item.Text<D>(var draft) -> refused.add(draft);
        case Item.Change<D>(var change) -> change.fail(cause);
      }
    }
    if (!refused.isEmpty()) {
      listener.failed(refused, cause);
    }
  }
}
