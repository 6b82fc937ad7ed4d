package io.chatserver.server.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameDecoder.Terminator;
import io.chatserver.protocol.FrameWriter;
import io.chatserver.protocol.MessageType;
import io.chatserver.protocol.PreparedPush;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.RequestReader;
import io.chatserver.protocol.UserId;
import io.chatserver.server.memory.LoopAccounts;
import io.chatserver.server.memory.MemoryBudget;
import io.chatserver.server.memory.TestBudget;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NettyConnectionTest {
  private static final int MAX_IN_FLIGHT = 3;
  private static final Duration SPACING = Duration.ofMillis(20);
  private static final ChatMessage MESSAGE =
      new ChatMessage(
          ConversationId.direct(new UserId(1), new UserId(2)),
          1,
          new UserId(1),
          "alice",
          Instant.EPOCH,
          "hello");

  private final RequestReader reader = new RequestReader();
  private final PeerThatMayNotRead peer = new PeerThatMayNotRead();
  private final EmbeddedChannel channel = new EmbeddedChannel(peer);
  private final List<String> events = new ArrayList<>();
  private final MemoryBudget budget = TestBudget.large();
  private final NettyConnection connection =
      new NettyConnection(
          channel,
          reader,
          new FrameWriter(ZoneOffset.UTC),
          new NettyConnection.Settings(MAX_IN_FLIGHT, SPACING),
          new LoopAccounts(budget, channel.eventLoop()),
          new ConnectionMeter());

  /** Lets nothing through while it does not read. */
  private static final class PeerThatMayNotRead extends ChannelOutboundHandlerAdapter {
    boolean reads = true;

    @Override
    public void flush(ChannelHandlerContext ctx) {
      if (reads) {
        ctx.flush();
      }
    }
  }

  /** As Netty's does when too many clients do not read. */
  private static final class NoMemory extends AbstractByteBufAllocator {
    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
      throw new OutOfMemoryError("as planned");
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
      throw new OutOfMemoryError("as planned");
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }

  @BeforeEach
  void setUp() {
    channel.freezeTime();
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(500, 1000));
    connection.onWritable(() -> events.add("writable"));
  }

  @AfterEach
  void tearDown() {
    connection.closed();
    channel.finishAndReleaseAll();
  }

  private void pass(Duration time) {
    channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
    channel.runPendingTasks();
  }

  private void becomesModern() {
    var _ = reader.read("{\"msgid\":12}".getBytes(UTF_8), Terminator.NEWLINE);
  }

  private void respond(long rid) {
    var pong = new Reply.Pong(Instant.EPOCH);
    connection.respond(
        new Frame.Response(rid, MessageType.PING, pong), () -> events.add("written " + rid));
  }

  private void push() {
    try (var push = new PreparedPush(MESSAGE)) {
      connection.push(push, () -> events.add("pushed"));
    }
  }

  private List<String> sent() {
    channel.runPendingTasks();
    var sent = new ArrayList<String>();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      if (next.isReadable()) {
        sent.add(next.toString(UTF_8));
      }
      next.release();
    }
    return sent;
  }

  private boolean isReading() {
    return channel.config().isAutoRead();
  }

  @Test
  void writesEachAnswerAsALineAndThoseOfOneTurnTogether() {
    becomesModern();
    respond(1);
    respond(2);
    assertThat(events).isEmpty();

    assertThat(sent())
        .containsExactly(
            """
            {"msgid":13,"rid":1,"errno":0,"ts":0}
            {"msgid":13,"rid":2,"errno":0,"ts":0}
            """);
    assertThat(events).containsExactly("written 1", "written 2");
    respond(3);
    assertThat(sent()).hasSize(1);
    assertThat(events).endsWith("written 3");
  }

  /** A long push is not copied into the buffer that the answers share. */
  @Test
  void answersAndPushesLeaveInTheirOrder() {
    becomesModern();
    var longMessage =
        new ChatMessage(
            MESSAGE.conversation(), 2, MESSAGE.sender(), "alice", Instant.EPOCH, "x".repeat(5000));
    respond(1);
    push();
    try (var push = new PreparedPush(longMessage)) {
      connection.push(push, () -> events.add("pushed a long one"));
    }
    connection.afterWrites(() -> events.add("marked"));
    respond(2);

    var sent = String.join("", sent());
    assertThat(sent.lines().toList())
        .satisfiesExactly(
            line -> assertThat(line).contains("\"rid\":1,"),
            line -> assertThat(line).contains("hello"),
            line -> assertThat(line).contains("xxxxx"),
            line -> assertThat(line).contains("\"rid\":2,"));
    assertThat(events)
        .containsExactly("written 1", "pushed", "pushed a long one", "marked", "written 2");
  }

  @Test
  void manyAnswersBecomeKnownToTheChannelBeforeTheyAreFlushed() {
    becomesModern();
    peer.reads = false;
    for (int rid = 0; rid < 200; rid++) {
      respond(rid);
    }

    assertThat(channel.isWritable()).isFalse();
    peer.reads = true;
    assertThat(String.join("", sent()).lines()).hasSize(200);
    assertThat(events).filteredOn(event -> event.startsWith("written")).hasSize(200);
  }

  @Test
  void nothingIsTakenOnceItWasDecidedToClose() {
    becomesModern();
    connection.close(DisconnectReason.TOO_MANY_ERRORS);

    assertThat(connection.isClosing()).isTrue();
    assertThat(connection.intake().isOpen()).isFalse();
  }

  @Test
  void doesNotReadWhileTooManyRequestsAreUnderWay() {
    becomesModern();
    for (int i = 0; i < MAX_IN_FLIGHT; i++) {
      assertThat(isReading()).isTrue();
      connection.intake().begun();
    }
    assertThat(isReading()).isFalse();

    respond(1);
    assertThat(sent()).hasSize(1);
    assertThat(isReading()).isTrue();
  }

  @Test
  void doesNotReadWhileRequestsUnderWayAreLong() {
    becomesModern();
    receive(40_000);
    assertThat(isReading()).isTrue();
    receive(40_000);
    assertThat(isReading()).isFalse();

    respond(1);
    assertThat(sent()).hasSize(1);
    assertThat(isReading()).isFalse();
    respond(2);
    assertThat(sent()).hasSize(1);
    assertThat(isReading()).isTrue();
    receive(40_000);
    assertThat(isReading()).isTrue();
  }

  private void receive(int length) {
    var request = "{\"msgid\":12,\"x\":\"" + "x".repeat(length) + "\"}";
    var _ = reader.read(request.getBytes(UTF_8), Terminator.NEWLINE);
    connection.intake().begun();
  }

  @Test
  void aRequestIsUnderWayUntilItsAnswerIsWritten() {
    for (int i = 0; i < MAX_IN_FLIGHT; i++) {
      connection.intake().begun();
    }
    for (int i = 0; i < MAX_IN_FLIGHT; i++) {
      var taken = new Reply.Failed(ErrorCode.NAME_TAKEN, "");
      connection.respond(new Frame.Response(null, MessageType.REGISTER, taken));
    }
    assertThat(sent()).hasSize(1);
    connection.intake().begun();
    assertThat(isReading()).isFalse();

    pass(SPACING);
    assertThat(sent()).hasSize(1);
    assertThat(isReading()).isTrue();
  }

  @Test
  void doesNotReadWhileTheClientDoesNot() {
    becomesModern();
    peer.reads = false;
    for (int i = 0; i < 8; i++) {
      push();
    }
    channel.runPendingTasks();
    assertThat(connection.isWritable()).isFalse();
    connection.writabilityChanged();
    assertThat(isReading()).isFalse();
    assertThat(events).isEmpty();

    peer.reads = true;
    channel.flush();
    assertThat(sent()).hasSize(1);
    assertThat(connection.isWritable()).isTrue();
    connection.writabilityChanged();
    assertThat(isReading()).isTrue();
    assertThat(events).hasSize(9).startsWith("pushed").endsWith("writable");
  }

  @Test
  void aCppClientGetsOneObjectAtATime() {
    for (int i = 0; i < 17; i++) {
      assertThat(connection.isWritable()).isTrue();
      push();
    }
    assertThat(connection.isWritable()).isFalse();
    assertThat(sent()).singleElement().asString().hasSize(1024).endsWith(" \0");

    pass(SPACING);
    assertThat(sent()).hasSize(1);
    assertThat(connection.isWritable()).isTrue();
    assertThat(events).containsExactly("pushed", "pushed", "writable");
  }

  @Test
  void whatHasNoAnswerIsDoneInItsTurn() {
    push();
    push();
    connection.respond(
        new Frame.Response(null, MessageType.DIRECT_CHAT, new Reply.Done()),
        () -> events.add("done"));
    assertThat(sent()).hasSize(1);
    assertThat(events).containsExactly("pushed");

    pass(SPACING);
    assertThat(sent()).hasSize(1);
    pass(SPACING);
    assertThat(events).containsSubsequence("pushed", "pushed", "done");
  }

  @Test
  void saysWhyItHangsUpOnce() {
    becomesModern();
    push();
    connection.close(DisconnectReason.REPLACED);
    connection.close(DisconnectReason.IDLE);

    assertThat(sent()).hasSize(2).last().asString().contains("\"msgid\":14,\"code\":3501,");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void saysNothingToACppClientItHangsUpOn() {
    connection.close(DisconnectReason.REPLACED);

    assertThat(sent()).isEmpty();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void waitsOnlySoLongForAClientThatTakesNothing() {
    becomesModern();
    peer.reads = false;
    push();
    connection.close(DisconnectReason.IDLE);
    channel.runPendingTasks();
    pass(Duration.ofSeconds(4));
    assertThat(channel.isOpen()).isTrue();

    pass(Duration.ofSeconds(1));
    assertThat(channel.isOpen()).isFalse();
  }

  /** What comes after it would move the cursor of a client that does not acknowledge. */
  @Test
  void whatCannotBeWrittenEndsTheConnection() {
    becomesModern();
    push();
    assertThat(sent()).hasSize(1);
    var allocator = channel.config().getAllocator();
    channel.config().setAllocator(new NoMemory());
    push();
    channel.config().setAllocator(allocator);
    push();

    assertThat(sent()).isEmpty();
    assertThat(events).containsExactly("pushed");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whatIsWrittenToABrokenConnectionIsGivenBack() {
    becomesModern();
    var _ = channel.close();
    var push = new PreparedPush(MESSAGE);
    connection.push(push, () -> events.add("pushed"));
    var bytes = push.pieces(new FrameWriter(ZoneOffset.UTC), reader.form(), channel.alloc());
    push.close();
    channel.runPendingTasks();

    assertThat(events).isEmpty();
    bytes.forEach(piece -> assertThat(piece.release()).isTrue());
  }
}
