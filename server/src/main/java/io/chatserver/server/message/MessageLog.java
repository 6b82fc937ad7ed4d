package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.fault.Rejected;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The log of all conversations: gives each entry its place and makes it last.
 *
 * <p>Group commit: conversations are spread over a few writers by hash, so that each has one writer
 * on this node; a writer takes whatever waits and stores it in one transaction. At low load a batch
 * is one message and its latency one commit; under load batches grow by themselves.
 *
 * <p>Threads: any. {@link #append} never blocks; {@link #change} does.
 */
public final class MessageLog<D extends Draft> implements AutoCloseable {
  /** When to try again what was refused because too much waits or the database is down. */
  public static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private final LogMeter meter = new LogMeter();
  private final List<LogWriter<D>> writers;

  /**
   * Starts it.
   *
   * @param writers how many batches are written at a time
   */
  public MessageLog(
      MessageStore store,
      LogListener<D> listener,
      Clock clock,
      ServerConfig.Log config,
      int writers) {
    this.writers =
        IntStream.range(0, writers)
            .mapToObj(i -> writer(i, store, listener, clock, config))
            .toList();
    this.writers.forEach(LogWriter::start);
  }

  private LogWriter<D> writer(
      int i, MessageStore store, LogListener<D> listener, Clock clock, ServerConfig.Log config) {
    var heads = new Heads(clock, System::nanoTime);
    return new LogWriter<>("log-writer-" + i, store, heads, listener, clock, meter, config);
  }

  /**
   * Takes a message to be stored; the listener hears what becomes of it.
   *
   * @return false if too many wait already or the log is closed: nothing was taken then
   */
  public boolean append(D draft) {
    return writerOf(draft.conversation()).offer(draft);
  }

  /**
   * Runs a change of a conversation's state, and waits for it: behind what waits already to be
   * written there, and before what comes later. The listener hears of its entry.
   *
   * @param work the change, in one transaction with the entry that tells of it
   * @return the result of the work
   * @throws Rejected with {@code BUSY} if too many entries wait already or the log is closed;
   *     nothing was done then
   * @throws io.chatserver.server.storage.StorageException as the work
   */
  public <T> T change(ConversationId conversation, Supplier<Changed<T>> work) {
    var change = new LogChange<>(conversation, work);
    if (!writerOf(conversation).offer(change)) {
      throw new Rejected(ErrorCode.BUSY, "", RETRY_AFTER);
    }
    return change.await();
  }

  /** Notes a row that was stored elsewhere: the next one follows it. */
  public void heard(ConversationId conversation, Head head) {
    writerOf(conversation).heard(conversation, head);
  }

  /** Forgets what is known of the log: the database was restored from a copy. Never blocks. */
  public void forget() {
    writers.forEach(LogWriter::forgetLog);
  }

  /** Forgets the ends of conversations, which are read again. Never blocks. */
  public void forgetHeads() {
    writers.forEach(LogWriter::forgetHeads);
  }

  private LogWriter<D> writerOf(ConversationId conversation) {
    return writers.get(Shares.of(conversation, writers.size()));
  }

  /** What was stored so far. */
  public LogMeter meter() {
    return meter;
  }

  /** Takes no more, and returns when all that was taken is stored or refused. */
  @Override
  public void close() {
    writers.forEach(LogWriter::stop);
    writers.forEach(LogWriter::join);
  }
}
