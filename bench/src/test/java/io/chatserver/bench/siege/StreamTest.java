package io.chatserver.bench.siege;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamTest {
  private final Stream stream = new Stream("ann to bob");

  private void send(int count) {
    for (int i = 0; i < count; i++) {
      var _ = stream.next(0);
    }
  }

  private void deliver(long number, long seq) {
    stream.delivered(number, seq, 1, false);
  }

  @Test
  void messagesInOrderAreGood() {
    send(2);
    stream.stored(1, 10);
    deliver(1, 10);
    deliver(2, 11);
    stream.stored(2, 11);

    assertThat(stream.state().violations()).isZero();
    assertThat(stream.state().missing()).isZero();
    assertThat(stream.takeLatency().getTotalCount()).isEqualTo(2);
  }

  @Test
  void missingMessageIsCounted() {
    send(2);
    deliver(1, 10);

    assertThat(stream.state().missing()).isEqualTo(1);
  }

  @Test
  void messageThatIsStoredTwiceIsARepeat() {
    send(1);
    deliver(1, 10);
    deliver(1, 11);

    assertThat(stream.state().examples())
        .containsExactly("ann to bob: message 1 was delivered twice");
  }

  @Test
  void messageThatComesAgainIsARepeatUnlessTheConnectionIsNew() {
    send(1);
    deliver(1, 10);
    stream.delivered(1, 10, 1, true);
    assertThat(stream.state().violations()).isZero();

    deliver(1, 10);
    assertThat(stream.state().violations()).isEqualTo(1);
  }

  @Test
  void messageThatOvertakesAnotherIsOutOfOrderUnlessOneWasRefused() {
    send(2);
    deliver(2, 10);
    assertThat(stream.state().violations()).isEqualTo(1);

    var other = new Stream("bob to ann");
    var _ = other.next(0);
    var _ = other.next(0);
    other.refused();
    other.delivered(2, 10, 1, false);
    other.delivered(1, 11, 1, false);
    assertThat(other.state().violations()).isZero();
  }

  @Test
  void bothSidesMustKnowTheSameSeq() {
    send(1);
    stream.stored(1, 10);
    deliver(1, 11);

    assertThat(stream.state().examples())
        .containsExactly("ann to bob: message 1 has seq 10 for one and 11 for another");
  }

  @Test
  void messageThatWasNeverSentIsWrong() {
    deliver(1, 10);

    assertThat(stream.state().violations()).isEqualTo(1);
  }
}
