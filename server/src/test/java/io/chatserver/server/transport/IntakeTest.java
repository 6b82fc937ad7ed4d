package io.chatserver.server.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.Frame;
import io.chatserver.protocol.RequestReader;
import io.chatserver.server.memory.TestBudget;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private static final int MAX_IN_FLIGHT = 3;
  private static final String PING = "{\"msgid\":12,\"rid\":1}\n";

  private final RequestReader reader = new RequestReader();
  private final ConnectionMeter meter = new ConnectionMeter();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Intake intake =
      new Intake(
          channel, reader, MAX_IN_FLIGHT, TestBudget.accountOfNobody(channel.eventLoop()), meter);
  private final List<Frame> taken = new ArrayList<>();
  private int reads;

  IntakeTest() {
    channel
        .pipeline()
        .addLast(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void read(ChannelHandlerContext ctx) {
                reads++;
              }
            },
            intake.decoder(() -> 1000),
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                taken.add((Frame) message);
                intake.begun();
              }

              @Override
              public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                intake.inputEnded();
              }
            });
  }

  @AfterEach
  void tearDown() {
    intake.close();
    channel.finishAndReleaseAll();
  }

  private void receive(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, UTF_8));
  }

  private boolean isRead() {
    return channel.config().isAutoRead();
  }

  @Test
  void takesNoMoreOfOneReadThanMayBeUnderWay() {
    receive(PING.repeat(10));
    assertThat(taken).hasSize(3);
    assertThat(isRead()).isFalse();

    intake.ended(1);
    assertThat(taken).hasSize(4);
    intake.ended(3);
    assertThat(taken).hasSize(7);
    assertThat(isRead()).isFalse();
    intake.ended(3);
    intake.ended(1);
    assertThat(taken).hasSize(10);
    assertThat(isRead()).isTrue();
  }

  @Test
  void errorsAreUnderWayAsRequestsAre() {
    receive("{}".repeat(10));
    assertThat(taken).hasSize(3);

    intake.ended(3);
    assertThat(taken).hasSize(6);
  }

  @Test
  void aSocketIsNotReadWhileObjectsWait() {
    receive(PING.repeat(10));
    int before = reads;
    receive(PING.repeat(10));

    assertThat(reads).isEqualTo(before);
    assertThat(taken).hasSize(3);
    for (int i = 0; i < 20; i++) {
      intake.ended(1);
    }
    assertThat(taken).hasSize(20);
    assertThat(isRead()).isTrue();
  }

  @Test
  void objectsThatWaitWhenTheInputEndsAreTaken() {
    receive(PING.repeat(5));
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(intake.hasInputEnded()).isTrue();
    assertThat(intake.isDone()).isFalse();

    intake.ended(3);
    assertThat(taken).hasSize(5);
    assertThat(intake.isDone()).isFalse();
    intake.ended(2);
    assertThat(intake.isDone()).isTrue();
  }

  @Test
  void nothingIsTakenDuringAPause() {
    channel.freezeTime();
    receive(PING);
    intake.pause(Duration.ofSeconds(10).toNanos());
    intake.pause(Duration.ofSeconds(1).toNanos());
    receive(PING);
    intake.ended(1);
    assertThat(taken).hasSize(1);
    assertThat(isRead()).isFalse();
    assertThat(meter.paused()).isEqualTo(1);

    intake.close();
    assertThat(meter.paused()).isZero();
  }

  @Test
  void aPauseEnds() {
    intake.pause(1_000_000);
    receive(PING);

    await()
        .untilAsserted(() -> {
          channel.runPendingTasks();
          assertThat(taken).hasSize(1);
        });
    assertThat(isRead()).isTrue();
    assertThat(meter.paused()).isZero();
  }

  @Test
  void whatComesWhenItIsStoppedWaitsAndIsDroppedWhenItIsClosed() {
    intake.stop();
    receive(PING.repeat(2));
    assertThat(isRead()).isFalse();
    assertThat(taken).isEmpty();

    intake.discard();
    receive(PING.repeat(2));
    assertThat(taken).isEmpty();
    assertThat(intake.isDone()).isTrue();
    assertThat(isRead()).isTrue();
  }
}
