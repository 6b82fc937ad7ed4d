package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;
import io.chatserver.server.config.ServerConfig;
import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The log of all conversations: gives each message its place and makes it last.
 *
 * <p>Group commit: conversations are spread over a few writers by hash, so that each has one writer
 * on this node; a writer takes whatever waits and stores it in one transaction. At low load a batch
 * is one message and its latency one commit; under load batches grow by themselves.
 *
 * <p>Threads: any. {@link #append} never blocks.
 */
public final class MessageLog<D extends Draft> implements AutoCloseable {
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
            .mapToObj(
                i -> new LogWriter<>("log-writer-" + i, store, listener, clock, meter, config))
            .toList();
    this.writers.forEach(LogWriter::start);
  }

  /**
   * Takes a message to be stored; the listener hears what becomes of it.
   *
   * @return false if too many wait already or the log is closed: nothing was taken then
   */
  public boolean append(D draft) {
    return writerOf(draft.conversation()).offer(draft);
  }

  /** Notes a row that was stored elsewhere: the next one follows it. */
  public void heard(ConversationId conversation, Head head) {
    writerOf(conversation).heard(conversation, head);
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
