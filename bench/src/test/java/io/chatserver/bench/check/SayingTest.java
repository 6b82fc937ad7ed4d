package io.chatserver.bench.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SayingTest {
  @Test
  void aTextTellsWhichMessageItIs() {
    assertThat(IntStream.rangeClosed(1, 2000).mapToLong(i -> Saying.of(i % 7, i)))
        .allSatisfy(saying -> assertThat(Saying.withText(Saying.text(saying))).isEqualTo(saying));
  }

  @Test
  void aForgeryIsAnotherTextUnderTheSameId() {
    long saying = Saying.of(3, 17);
    long forgery = Saying.forgeryOf(saying);

    assertThat(Saying.withText(Saying.text(forgery))).isEqualTo(forgery).isNotEqualTo(saying);
    assertThat(Saying.clientId(forgery)).isEqualTo(Saying.clientId(saying));
    assertThat(Saying.isForgery(forgery)).isTrue();
  }

  @Test
  void anAlteredTextIsNobodys() {
    var text = Saying.text(Saying.of(3, 18));

    assertThat(Saying.withText(text + "x")).isNegative();
    assertThat(Saying.withText(text.substring(0, text.length() - 1))).isNegative();
    assertThat(Saying.withText("4" + text.substring(1))).isNegative();
    assertThat(Saying.withText("hello")).isNegative();
    assertThat(Saying.withText("a.b c")).isNegative();
    assertThat(Saying.withText("")).isNegative();
  }
}
