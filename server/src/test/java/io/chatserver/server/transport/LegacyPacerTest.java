package io.chatserver.server.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LegacyPacerTest {
  private static final Duration SPACING = Duration.ofMillis(20);
  private static final int ROOM = 16;

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<String> written = new ArrayList<>();
  private int timesRoomCame;
  private final LegacyPacer pacer = new LegacyPacer(channel, SPACING, () -> timesRoomCame++);

  @BeforeEach
  void freezeTime() {
    channel.freezeTime();
  }

  @AfterEach
  void tearDown() {
    pacer.close();
    channel.finishAndReleaseAll();
  }

  private ByteBuf add(String text) {
    var bytes = Unpooled.copiedBuffer(text, US_ASCII);
    pacer.add(bytes, () -> written.add(text));
    return bytes;
  }

  private void addMarker(String name) {
    pacer.add(Unpooled.EMPTY_BUFFER, () -> written.add(name));
  }

  /** What went out so far. */
  private List<String> sent() {
    var sent = new ArrayList<String>();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      sent.add(next.toString(US_ASCII));
      next.release();
    }
    return sent;
  }

  private void pass(Duration time) {
    channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
    channel.runPendingTasks();
  }

  @Test
  void writesTheFirstAtOnceAndTheOthersSpaced() {
    add("1");
    add("2");
    add("3");
    assertThat(sent()).containsExactly("1");

    pass(SPACING.minusMillis(1));
    assertThat(sent()).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(sent()).containsExactly("2");
    pass(SPACING);
    assertThat(sent()).containsExactly("3");
    assertThat(written).containsExactly("1", "2", "3");
  }

  @Test
  void keepsTheSpaceToOneThatComesLater() {
    add("1");
    pass(SPACING.minusMillis(1));
    add("2");
    assertThat(sent()).containsExactly("1");

    pass(Duration.ofMillis(1));
    assertThat(sent()).containsExactly("2");
    pass(SPACING);
    add("3");
    assertThat(sent()).containsExactly("3");
  }

  @Test
  void whatHasNoBytesIsDoneWhenThoseBeforeItAreWritten() {
    addMarker("a");
    assertThat(written).containsExactly("a");
    add("1");
    addMarker("b");
    add("2");
    addMarker("c");
    addMarker("d");
    assertThat(written).containsExactly("a", "1");

    pass(SPACING);
    assertThat(written).containsExactly("a", "1", "b", "2");
    pass(SPACING);
    assertThat(written).containsExactly("a", "1", "b", "2", "c", "d");
    assertThat(sent()).containsExactly("1", "2");
  }

  @Test
  void hasRoomForSixteenAndTellsWhenItComes() {
    add("first");
    for (int i = 0; i < ROOM; i++) {
      assertThat(pacer.hasRoom()).isTrue();
      add("x");
    }
    assertThat(pacer.hasRoom()).isFalse();
    assertThat(timesRoomCame).isZero();

    pass(SPACING);
    assertThat(pacer.hasRoom()).isTrue();
    assertThat(timesRoomCame).isEqualTo(1);
  }

  @Test
  void tellsThatRoomCameWhereManyHadNoBytes() {
    add("first");
    for (int i = 0; i < ROOM + 5; i++) {
      addMarker("m");
    }
    assertThat(pacer.hasRoom()).isFalse();

    pass(SPACING);
    assertThat(timesRoomCame).isEqualTo(1);
    assertThat(written).hasSize(ROOM + 6);
  }

  @Test
  void dropsWhatWaitsAtTheEnd() {
    add("1");
    var second = add("2");
    pacer.close();
    var third = add("3");
    pass(SPACING);

    assertThat(second.refCnt()).isZero();
    assertThat(third.refCnt()).isZero();
    assertThat(sent()).containsExactly("1");
    assertThat(written).containsExactly("1");
    assertThat(timesRoomCame).isZero();
  }

  @Test
  void aBrokenConnectionIsToldOfNothing() {
    var _ = channel.close();
    var first = add("1");
    add("2");
    pass(SPACING);

    assertThat(first.refCnt()).isZero();
    assertThat(written).isEmpty();
  }
}
