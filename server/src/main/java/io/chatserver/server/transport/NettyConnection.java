package io.chatserver.server.transport;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameWriter;
import io.chatserver.protocol.PreparedPush;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.RequestReader;
import io.chatserver.protocol.ShownNumbers;
import io.chatserver.protocol.WireForm;
import io.chatserver.server.memory.LoopAccounts;
import io.chatserver.server.memory.MemoryAccount;
import io.chatserver.server.memory.MemoryHolder;
import io.chatserver.server.memory.Use;
import io.chatserver.server.session.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A client's TCP connection.
 *
 * <p>Writes are flushed at the end of the turn of the event loop: one system call for all replies
 * and pushes of a batch. {@link Intake} decides how much is read.
 *
 * <p>Threads: its event loop, but for {@link #loop}, {@link #address}, {@link #form}, {@link #fit}
 * and {@link #close}.
 */
final class NettyConnection implements Connection, MemoryHolder {
  private static final Logger log = LoggerFactory.getLogger(NettyConnection.class);

  /** How long a client has to read its replies before the connection is closed. */
  private static final int CLOSE_SECONDS = 5;

  /** The same for a connection that is closed to free its memory. */
  private static final int CLOSE_FOR_MEMORY_SECONDS = 1;

  /** The heap for the listeners and batches of small unwritten lines. */
  private static final int MAX_LISTENER_BYTES = 32 * 1024;

  private final Channel channel;
  private final InetAddress address;
  private final RequestReader reader;
  private final FrameWriter writer;
  private final Duration legacySpacing;
  private final MemoryAccount account;
  private final Intake intake;
  private final BatchedOutput output;
  private @Nullable LegacyPacer pacer;
  private Runnable onWritable = () -> {};
  private Runnable onClosing = () -> {};
  private Consumer<Frame.Response> onAnswer = _ -> {};

  /** Whether the connection will be closed: no more requests are taken, and the reason follows. */
  private boolean ending;

  private boolean closing;
  private boolean closed;

  /** Requests whose replies are not written yet. */
  private int unwritten;

  /** How often the client read something. */
  private long taken;

  /** When a client that is sent away may reconnect; null if it is not sent away. */
  private @Nullable Duration leaving;

  /**
   * The settings of connections.
   *
   * @param maxInFlight how many requests may be in flight
   * @param legacySpacing the least time between two objects for a legacy client
   */
  record Settings(int maxInFlight, Duration legacySpacing) {}

  NettyConnection(
      Channel channel,
      RequestReader reader,
      FrameWriter writer,
      Settings settings,
      LoopAccounts accounts,
      ConnectionMeter meter) {
    this.channel = channel;
    this.address = ProxyHeader.addressOf(channel);
    this.reader = reader;
    this.writer = writer;
    this.legacySpacing = settings.legacySpacing();
    this.account = accounts.open(this);
    this.intake = new Intake(channel, reader, settings.maxInFlight(), account, meter);
    this.output =
        new BatchedOutput(
            channel,
            writer,
            new BatchedOutput.Listener() {
              @Override
              public void written(int responses) {
                responded(responses);
              }

              @Override
              public void failed(Throwable cause) {
                broken(cause);
              }

              @Override
              public void flushed() {
                countOutput();
              }
            });
  }

  /** Sets the listener for when the connection is writable again. */
  void onWritable(Runnable listener) {
    onWritable = listener;
  }

  /** Sets the listener for when the connection begins to close. */
  void onClosing(Runnable listener) {
    onClosing = listener;
  }

  /** Sets the listener for every reply before it is written. */
  void onAnswer(Consumer<Frame.Response> listener) {
    onAnswer = listener;
  }

  @Override
  public ScheduledExecutorService loop() {
    return channel.eventLoop();
  }

  @Override
  public InetAddress address() {
    return address;
  }

  @Override
  public WireForm form() {
    return reader.form();
  }

  @Override
  public ShownNumbers shown() {
    return reader.shown();
  }

  @Override
  public void assume(ShownNumbers numbers) {
    assert channel.eventLoop().inEventLoop();
    reader.assume(numbers);
  }

  /** Whether the client pings, so that it is dead when it is silent. */
  boolean keepsAlive() {
    return reader.keepsAlive();
  }

  @Override
  public Reply.LoggedIn fit(Reply.LoggedIn login) {
    return writer.fit(login, form());
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable() && (pacer == null || pacer.hasRoom());
  }

  /** Controls how much is read. */
  Intake intake() {
    return intake;
  }

  /** The channel became writable, or not writable. */
  void writabilityChanged() {
    intake.update();
    if (channel.isWritable()) {
      onWritable.run();
    }
  }

  @Override
  public void respond(Frame.Response response) {
    respond(response, null);
  }

  @Override
  public void respond(Frame.Response response, @Nullable Runnable onWritten) {
    if (closed) {
      intake.ended(1);
    } else {
      onAnswer.accept(response);
      unwritten++;
      write(response, 1, onWritten);
    }
  }

  @Override
  public void drop(int requests) {
    intake.ended(requests);
  }

  private void responded(int responses) {
    taken++;
    if (responses > 0 && !closed) {
      unwritten -= responses;
      intake.ended(responses);
      endIfDone();
    }
  }

  /**
   * Closes the connection if the client has closed its sending half or is sent away, and has its
   * replies.
   */
  private void endIfDone() {
    if (intake.hasInputEnded() && intake.isDone()) {
      closeNow();
    }
    if (leaving != null && intake.isIdle()) {
      closeInLoop(new Push.Closing(DisconnectReason.SHUTDOWN, leaving));
    }
  }

  /**
   * Takes no more requests, and sends the client away when the decoded ones are answered: requests
   * without a reply were not carried out. In the loop only.
   *
   * @param reconnectAfter when the client may reconnect
   */
  void leave(Duration reconnectAfter) {
    assert channel.eventLoop().inEventLoop();
    leaving = reconnectAfter;
    intake.stop();
    endIfDone();
  }

  /**
   * The client has closed its sending half, but may still read ({@code nc -N}): its requests are
   * answered.
   */
  void inputEnded() {
    intake.inputEnded();
    if (closing || intake.isDone()) {
      closeNow();
    } else {
      closeSoon();
    }
  }

  @Override
  public void push(PreparedPush push, Runnable onWritten) {
    assert channel.eventLoop().inEventLoop();
    try {
      if (form().isLegacy()) {
        pace(push.pieces(writer, form(), channel.alloc()), onWritten);
      } else {
        output.add(push, onWritten);
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      broken(e);
    }
  }

  @Override
  public void push(Push push) {
    write(new Frame.Event(push), 0, null);
  }

  @Override
  public void afterWrites(Runnable onWritten) {
    assert channel.eventLoop().inEventLoop();
    if (form().isLegacy()) {
      pacer().add(Unpooled.EMPTY_BUFFER, onWritten);
    } else {
      output.afterWrites(onWritten);
    }
  }

  private void write(Frame frame, int responses, @Nullable Runnable onWritten) {
    assert channel.eventLoop().inEventLoop();
    try {
      if (form().isLegacy()) {
        pace(
            writer.write(frame, form(), channel.alloc()),
            () -> {
              if (onWritten != null) {
                onWritten.run();
              }
              responded(responses);
            });
      } else {
        output.add(frame, responses, onWritten);
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      broken(e);
    }
  }

  /** Writes pieces one by one; an empty list is done when the pieces before it are. */
  private void pace(List<ByteBuf> pieces, Runnable onWritten) {
    if (pieces.isEmpty()) {
      pacer().add(Unpooled.EMPTY_BUFFER, onWritten);
    }
    for (int i = 0; i < pieces.size(); i++) {
      boolean isLast = i == pieces.size() - 1;
      pacer().add(pieces.get(i), isLast ? onWritten : () -> taken++);
    }
    countOutput();
  }

  /**
   * A part of this connection's stream could not be written, because the client has gone or memory
   * is short. Later writes would make that part seem received, so there are none.
   */
  private void broken(Throwable cause) {
    if (channel.isOpen() && !closing) {
      log.atLevel(cause instanceof IOException ? Level.DEBUG : Level.ERROR)
          .log("{} is closed, for it cannot be written to: {}", this, cause.toString());
      closeNow();
    }
  }

  private LegacyPacer pacer() {
    if (pacer == null) {
      pacer = new LegacyPacer(channel, legacySpacing, () -> onWritable.run());
    }
    return pacer;
  }

  @Override
  public void pause(Duration time) {
    assert channel.eventLoop().inEventLoop();
    intake.pause(time.toNanos());
  }

  @Override
  public void close(DisconnectReason reason) {
    if (channel.eventLoop().inEventLoop()) {
      endIntake();
    }
    channel.eventLoop().execute(() -> closeInLoop(new Push.Closing(reason)));
  }

  private void closeInLoop(Push.Closing lastWord) {
    if (closing) {
      return;
    }
    writeLastWord(lastWord);
    var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> endOutput());
    closeSoon();
  }

  private void writeLastWord(Push.Closing lastWord) {
    closing = true;
    intake.countClosed(lastWord.reason());
    endIntake();
    onClosing.run();
    output.seal();
    var pieces = writer.write(new Frame.Event(lastWord), form(), channel.alloc());
    for (var piece : pieces) {
      var _ = channel.write(piece);
    }
  }

  /**
   * Closes the connection without waiting for its client. The client gets the reason if the system
   * accepts the bytes now. In the loop only.
   *
   * @param reason null to send no reason
   */
  void closeAtOnce(@Nullable DisconnectReason reason) {
    assert channel.eventLoop().inEventLoop();
    if (!closing && reason != null) {
      writeLastWord(new Push.Closing(reason));
    }
    var _ = channel.flush();
    closeNow();
  }

  /** Stops decoding: requests after the decision to close are not answered. */
  private void endIntake() {
    if (!ending) {
      ending = true;
      intake.discard();
    }
  }

  private void closeSoon() {
    var _ = channel.eventLoop().schedule(this::closeNow, CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Lets the client read to the end and close its side. With TLS the client first gets
   * close_notify, which shows that nothing was cut off.
   */
  private void endOutput() {
    intake.update();
    var tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      shutdownOutput();
    } else {
      tls.closeOutbound().addListener(_ -> shutdownOutput());
    }
  }

  private void shutdownOutput() {
    if (channel instanceof DuplexChannel duplex) {
      var _ = duplex.shutdownOutput();
    } else {
      closeNow();
    }
  }

  /** Whether this connection will be closed. */
  boolean isClosing() {
    return ending;
  }

  private void closeNow() {
    var _ = channel.close();
  }

  /** The channel is closed. */
  void closed() {
    if (closed) {
      return;
    }
    closed = true;
    intake.close();
    output.close();
    if (pacer != null) {
      pacer.close();
    }
    intake.ended(unwritten);
    account.close();
  }

  @Override
  public void holds(Use use, long bytes) {
    account.holds(use, bytes, 0);
  }

  @Override
  public void count() {
    intake.count();
    countOutput();
  }

  /**
   * Counts the unwritten bytes. A buffer grows by doubling, so it may be twice as large as its
   * content.
   */
  private void countOutput() {
    var buffer = channel.unsafe().outboundBuffer();
    long pending = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    if (pacer != null) {
      pending += pacer.waitingBytes();
    }
    account.holds(Use.ANSWERS, Math.min(pending / 2, MAX_LISTENER_BYTES), 2 * pending);
  }

  @Override
  public boolean isBusy() {
    return !intake.isIdle();
  }

  @Override
  public long progress() {
    var buffer = channel.unsafe().outboundBuffer();
    return reader.bytesRead() + taken + (buffer == null ? 0 : buffer.currentProgress());
  }

  @Override
  public void mayBeRead() {
    intake.update();
  }

  @Override
  public void closeForMemory() {
    try {
      closeInLoop(new Push.Closing(DisconnectReason.OVERLOADED));
      var _ =
          channel.eventLoop().schedule(this::closeNow, CLOSE_FOR_MEMORY_SECONDS, TimeUnit.SECONDS);
    } catch (RuntimeException | OutOfMemoryError e) {
      broken(e);
      closeNow();
    }
  }

  @Override
  public String toString() {
    return "connection " + channel.id().asShortText() + " from " + ProxyHeader.clientOf(channel);
  }
}
