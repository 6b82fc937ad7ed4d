package io.chatserver.server.transport;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameWriter;
import io.chatserver.protocol.PreparedPush;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.RequestReader;
import io.chatserver.protocol.WireForm;
import io.chatserver.server.session.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's TCP connection.
 *
 * <p>What is written is flushed once the event loop has done what it is at: one system call for all
 * the answers and pushes of a batch. Reading stops while too many requests are under way, which
 * each is until its answer is written, or the client does not take what is written to it.
 *
 * <p>Threads: its event loop, but for {@link #loop}, {@link #form}, {@link #fit} and {@link
 * #close}.
 */
final class NettyConnection implements Connection {
  private static final Logger log = LoggerFactory.getLogger(NettyConnection.class);

  /** How long a client has to take what was written to it before it is hung up on. */
  private static final int CLOSE_SECONDS = 5;

  /**
   * Requests under way that have so many bytes together are enough, however few they are: the
   * memory must do for all connections.
   */
  private static final int MAX_IN_FLIGHT_BYTES = 64 * 1024;

  private final Channel channel;
  private final RequestReader reader;
  private final FrameWriter writer;
  private final int maxInFlight;
  private final Duration legacySpacing;
  private final Runnable flush = this::flushNow;
  private @Nullable LegacyPacer pacer;
  private Runnable onWritable = () -> {};
  private Runnable onClosing = () -> {};
  private Consumer<Frame.Response> onAnswer = _ -> {};
  private int inFlight;

  /** What had been read when no request was under way for the last time. */
  private long bytesSettled;

  private boolean flushScheduled;
  private boolean closing;
  private boolean inputEnded;

  /** When the client is to come back, which is sent away once it has its answers. */
  private @Nullable Duration leaving;

  NettyConnection(
      Channel channel,
      RequestReader reader,
      FrameWriter writer,
      int maxInFlight,
      Duration legacySpacing) {
    this.channel = channel;
    this.reader = reader;
    this.writer = writer;
    this.maxInFlight = maxInFlight;
    this.legacySpacing = legacySpacing;
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

  /** A request was read, which {@link #respond} will end. */
  void requestReceived() {
    inFlight++;
    updateReading();
  }

  /** The channel takes more, or no more. */
  void writabilityChanged() {
    updateReading();
    if (channel.isWritable()) {
      onWritable.run();
    }
  }

  private void updateReading() {
    if (inputEnded) {
      // A socket whose input has ended fails where it is told to read on.
      return;
    }
    boolean read = closing || (takesRequests() && channel.isWritable());
    if (channel.config().isAutoRead() != read) {
      channel.config().setAutoRead(read);
    }
  }

  private boolean takesRequests() {
    if (inFlight == 0) {
      bytesSettled = reader.bytesRead();
    }
    return leaving == null
        && inFlight < maxInFlight
        && reader.bytesRead() - bytesSettled < MAX_IN_FLIGHT_BYTES;
  }

  @Override
  public void respond(Frame.Response response) {
    respond(response, () -> {});
  }

  @Override
  public void respond(Frame.Response response, Runnable onWritten) {
    onAnswer.accept(response);
    write(
        () -> writer.write(response, form(), channel.alloc()),
        () -> {
          responded();
          onWritten.run();
        });
  }

  /** Only now: an answer that a client does not take is as much in memory as its request was. */
  private void responded() {
    inFlight--;
    if (inputEnded && inFlight == 0) {
      closeNow();
    }
    leaveIfAnswered();
    updateReading();
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
    leaveIfAnswered();
    updateReading();
  }

  private void leaveIfAnswered() {
    if (leaving != null && inFlight == 0) {
      closeInLoop(new Push.Closing(DisconnectReason.SHUTDOWN, leaving));
    }
  }

  /** The client says no more, but may still read ({@code nc -N}): what it asked for is answered. */
  void inputEnded() {
    inputEnded = true;
    if (closing || inFlight == 0) {
      closeNow();
    } else {
      closeSoon();
    }
  }

  @Override
  public void push(PreparedPush push, Runnable onWritten) {
    write(() -> push.pieces(writer, form(), channel.alloc()), onWritten);
  }

  @Override
  public void push(Push push) {
    write(() -> writer.write(new Frame.Event(push), form(), channel.alloc()), () -> {});
  }

  @Override
  public void afterWrites(Runnable onWritten) {
    write(() -> List.of(Unpooled.EMPTY_BUFFER), onWritten);
  }

  /** Writes pieces; one without any is done when those before it are. */
  private void write(Supplier<List<ByteBuf>> encode, Runnable onWritten) {
    assert channel.eventLoop().inEventLoop();
    List<ByteBuf> pieces;
    try {
      pieces = encode.get();
    } catch (RuntimeException | OutOfMemoryError e) {
      broken(e);
      return;
    }
    if (pieces.isEmpty()) {
      afterWrites(onWritten);
      return;
    }
    for (int i = 0; i < pieces.size(); i++) {
      writePiece(pieces.get(i), i == pieces.size() - 1 ? onWritten : () -> {});
    }
  }

  private void writePiece(ByteBuf piece, Runnable onWritten) {
    if (form().isLegacy()) {
      pacer().add(piece, onWritten);
      return;
    }
    var _ =
        channel
            .write(piece)
            .addListener(written -> {
              if (written.isSuccess()) {
                onWritten.run();
              } else {
                broken(written.cause());
              }
            });
    if (!flushScheduled) {
      flushScheduled = true;
      channel.eventLoop().execute(flush);
    }
  }

  /**
   * Something that belongs to this connection's stream could not be written, for want of memory
   * say. With what follows it would seem to have been received: so nothing follows.
   */
  private void broken(Throwable cause) {
    if (channel.isOpen() && !closing) {
      log.error("{} is closed, for it cannot be written to: {}", this, cause.toString());
      closeNow();
    }
  }

  private LegacyPacer pacer() {
    if (pacer == null) {
      pacer = new LegacyPacer(channel, legacySpacing, () -> onWritable.run());
    }
    return pacer;
  }

  private void flushNow() {
    flushScheduled = false;
    var _ = channel.flush();
  }

  @Override
  public void close(DisconnectReason reason) {
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
    onClosing.run();
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

  private void closeSoon() {
    var _ = channel.eventLoop().schedule(this::closeNow, CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Lets the client read to the end and hang up. To close with requests unread would make the
   * system take back what the client has not read yet.
   */
  private void endOutput() {
    updateReading();
    if (channel instanceof DuplexChannel duplex) {
      var _ = duplex.shutdownOutput();
    } else {
      closeNow();
    }
  }

  /** Whether the client has been told, or is to be told, that this is the end. */
  boolean isClosing() {
    return closing;
  }

  private void closeNow() {
    var _ = channel.close();
  }

  /** The channel is closed. */
  void closed() {
    if (pacer != null) {
      pacer.close();
    }
  }

  @Override
  public String toString() {
    return "connection " + channel.id().asShortText() + " from " + ProxyHeader.clientOf(channel);
  }
}
