package io.chatserver.server.transport;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameWriter;
import io.chatserver.protocol.PreparedPush;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.RequestReader;
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
 * <p>What is written is flushed once the event loop has done what it is at: one system call for all
 * the answers and pushes of a batch. {@link Intake} decides how much is read.
 *
 * <p>Threads: its event loop, but for {@link #loop}, {@link #address}, {@link #form}, {@link #fit}
 * and {@link #close}.
 */
final class NettyConnection implements Connection, MemoryHolder {
  private static final Logger log = LoggerFactory.getLogger(NettyConnection.class);

  /** How long a client has to take what was written to it before it is hung up on. */
  private static final int CLOSE_SECONDS = 5;

  /** The same for one that others need the memory of. */
  private static final int CLOSE_FOR_MEMORY_SECONDS = 1;

  /** Each small line that is not written has its listener and its part of a batch. */
  private static final int MAX_LISTENER_BYTES = 32 * 1024;

  private final Channel channel;
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

  /** Whether it was decided to close: nothing more is taken, and the last word follows. */
  private boolean ending;

  private boolean closing;
  private boolean closed;

  /** Requests whose answers are not written. */
  private int unwritten;

  /** How often the client took something. */
  private long taken;

  /** When the client is to come back, which is sent away once it has its answers. */
  private @Nullable Duration leaving;

  /**
   * The settings of connections.
   *
   * @param maxInFlight how many requests may be under way
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

  /** Says whom to tell when the connection takes more again. */
  void onWritable(Runnable listener) {
    onWritable = listener;
  }

  /** Says whom to tell when the client is sent away. */
  void onClosing(Runnable listener) {
    onClosing = listener;
  }

  /** Says who looks at every answer before it is written. */
  void onAnswer(Consumer<Frame.Response> listener) {
    onAnswer = listener;
  }

  @Override
  public ScheduledExecutorService loop() {
    return channel.eventLoop();
  }

  @Override
  public InetAddress address() {
    return ProxyHeader.addressOf(channel);
  }

  @Override
  public WireForm form() {
    return reader.form();
  }

  @Override
  public Reply.LoggedIn fit(Reply.LoggedIn login) {
    return writer.fit(login, form());
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable() && (pacer == null || pacer.hasRoom());
  }

  /** How much is read. */
  Intake intake() {
    return intake;
  }

  /** The channel takes more, or no more. */
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

  /** Closes the connection of a client that says no more, or leaves, and has its answers. */
  private void endIfDone() {
    if (intake.hasInputEnded() && intake.isDone()) {
      closeNow();
    }
    if (leaving != null && intake.isIdle()) {
      closeInLoop(new Push.Closing(DisconnectReason.SHUTDOWN, leaving));
    }
  }

  /**
   * Takes no more requests, and sends the client away when those that were read are answered: what
   * it has no answer to was not done. In the loop only.
   *
   * @param reconnectAfter when it is to come back
   */
  void leave(Duration reconnectAfter) {
    assert channel.eventLoop().inEventLoop();
    leaving = reconnectAfter;
    intake.stop();
    endIfDone();
  }

  /** The client says no more, but may still read ({@code nc -N}): what it asked for is answered. */
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

  /** Writes pieces one by one; what has none is done when those before it are. */
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
   * Something that belongs to this connection's stream could not be written: the client has gone,
   * or memory is short. What follows would make it seem received, so nothing follows.
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
   * Closes the connection without waiting for its client, which gets the reason if the system takes
   * it now; in the loop only.
   *
   * @param reason null to say nothing
   */
  void closeAtOnce(@Nullable DisconnectReason reason) {
    assert channel.eventLoop().inEventLoop();
    if (!closing && reason != null) {
      writeLastWord(new Push.Closing(reason));
    }
    var _ = channel.flush();
    closeNow();
  }

  /** Nothing that comes after the decision to close is decoded or answered. */
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
   * Lets the client read to the end and close its side. A client that speaks TLS is told before the
   * end of the connection that nothing was cut off.
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

  /** Whether it was decided to close this connection. */
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
   * Counts what is not written: a buffer may be twice as large as what is in it, for it grows by
   * doubling.
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
