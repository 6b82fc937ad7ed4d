package io.chatserver.client.delivery;

import io.chatserver.protocol.ClientMessageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that have no outcome yet, on disk before anything else is done with them. Those that
 * come together share one write to the disk.
 *
 * <p>Threads: any; its own one writes.
 */
final class Outbox implements AutoCloseable {
  /** Hears, on the outbox's thread, what became of messages that were added. */
  interface Listener {
    /** These are on disk. */
    void onDisk(List<Outgoing> messages);

    /** These could not be written. */
    void failed(List<Outgoing> messages, IOException cause);
  }

  private static final Logger log = LoggerFactory.getLogger(Outbox.class);

  /** Below this the file is small whatever is in it. */
  private static final int RECORDS_WORTH_COMPACTING = 1000;

  private static final long CLOSE_SECONDS = 5;

  private final Journal journal;
  private final int capacity;
  private final Listener listener;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("outbox-writer").factory());

  // Guarded by this.
  private final Map<ClientMessageId, Outgoing> messagesById = new LinkedHashMap<>();
  private List<Outgoing> added = new ArrayList<>();
  private List<ClientMessageId> settled = new ArrayList<>();
  private boolean writing;

  /** Touched by the writer, and before there is one. */
  private int recordsInFile;

  private Outbox(Journal journal, int capacity, Listener listener) {
    this.journal = journal;
    this.capacity = capacity;
    this.listener = listener;
  }

  /** Opens an outbox with what an earlier run has left there. */
  static Outbox open(Path file, int capacity, Listener listener) throws IOException {
    var records = new ArrayList<byte[]>();
    var outbox = new Outbox(Journal.open(file, records), capacity, listener);
    outbox.recover(read(records));
    return outbox;
  }

  /**
   * Takes over what another outbox holds that nobody uses; to be called before anything is added.
   */
  synchronized void adopt(Path other) throws IOException {
    if (!Files.exists(other)) {
      return;
    }
    var records = new ArrayList<byte[]>();
    Journal.open(other, records).close();
    var understood = read(records);
    journal.append(records, true);
    recover(understood);
    Files.delete(other);
  }

  private static List<OutboxRecord> read(List<byte[]> payloads) throws IOException {
    var records = new ArrayList<OutboxRecord>(payloads.size());
    for (byte[] payload : payloads) {
      records.add(OutboxRecord.read(payload));
    }
    return records;
  }

  private synchronized void recover(List<OutboxRecord> records) {
    for (var record : records) {
      switch (record) {
        case OutboxRecord.Added(var message) -> messagesById.putIfAbsent(message.id(), message);
        case OutboxRecord.Settled(var id) -> messagesById.remove(id);
      }
    }
    recordsInFile += records.size();
  }

  /** What has no outcome yet, in the order in which it was added. */
  synchronized List<Outgoing> messages() {
    return List.copyOf(messagesById.values());
  }

  /**
   * Takes a message; the listener is told when it is on disk.
   *
   * @throws NotQueuedException if as many wait as may
   */
  synchronized void add(Outgoing message) {
    if (messagesById.size() >= capacity) {
      throw new NotQueuedException(
          "outbox-full", "not taken: " + capacity + " messages have no outcome yet");
    }
    messagesById.put(message.id(), message);
    added.add(message);
    wakeWriter();
  }

  /** Forgets a message, whose outcome is known. */
  synchronized void settle(ClientMessageId id) {
    if (messagesById.remove(id) != null) {
      settled.add(id);
      wakeWriter();
    }
  }

  private synchronized void wakeWriter() {
    if (!writing) {
      writing = true;
      try {
        writer.execute(this::write);
      } catch (RejectedExecutionException _) {
        log.debug("closed: a message is settled or sent at the next start");
      }
    }
  }

  private void write() {
    List<Outgoing> messages;
    List<ClientMessageId> ids;
    synchronized (this) {
      messages = added;
      ids = settled;
      added = new ArrayList<>();
      settled = new ArrayList<>();
      writing = false;
    }
    try {
      append(messages, ids);
    } catch (IOException e) {
      log.warn("cannot write the outbox", e);
      forget(messages);
      listener.failed(messages, e);
      return;
    }
    if (!messages.isEmpty()) {
      listener.onDisk(messages);
    }
    compact();
  }

  private void append(List<Outgoing> messages, List<ClientMessageId> ids) throws IOException {
    var records = new ArrayList<byte[]>();
    messages.forEach(message -> records.add(new OutboxRecord.Added(message).bytes()));
    ids.forEach(id -> records.add(new OutboxRecord.Settled(id).bytes()));
    // A settled message that comes back after a crash is only sent once more.
    journal.append(records, !messages.isEmpty());
    recordsInFile += records.size();
  }

  private void compact() {
    if (recordsInFile < RECORDS_WORTH_COMPACTING) {
      return;
    }
    var waiting = messages();
    if (recordsInFile < 4 * waiting.size()) {
      return;
    }
    try {
      journal.replace(
          waiting.stream().map(message -> new OutboxRecord.Added(message).bytes()).toList());
      recordsInFile = waiting.size();
    } catch (IOException e) {
      log.warn("cannot shorten the outbox", e);
    }
  }

  private synchronized void forget(List<Outgoing> messages) {
    messages.forEach(message -> messagesById.remove(message.id()));
  }

  @Override
  public void close() throws IOException {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        log.warn("the outbox is still being written");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    journal.close();
  }
}
