package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageTextTest {
  private final MessageText text = new MessageText("run1", 20);

  @Test
  void carriesItsNumberAndHasItsLength() {
    assertThat(text.of(42)).isEqualTo("run1 42 xxxxxxxxxxxx").hasSize(20);
    assertThat(text.numberIn(text.of(42))).isEqualTo(42);
  }

  @Test
  void isNeverCutForItsLength() {
    var shortText = new MessageText("run1", 1);

    assertThat(shortText.numberIn(shortText.of(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void ofAnotherRunHasNoNumber() {
    assertThat(text.numberIn("run2 42 x")).isZero();
    assertThat(text.numberIn("run12 42 x")).isZero();
    assertThat(text.numberIn("run1 forty-two x")).isZero();
    assertThat(text.numberIn("run1")).isZero();
    assertThat(text.numberIn("")).isZero();
  }
}
