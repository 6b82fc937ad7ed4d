package io.chatserver.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A conversation has one number and one spelling. */
final class ConversationIdTest {
  @ParameterizedTest
  @CsvSource({
    "1, 2, 4294967298, d1-2",
    "2, 1, 4294967298, d1-2",
    "1, 1, 4294967297, d1-1",
    "1, 2147483647, 6442450943, d1-2147483647",
    "2147483647, 2147483647, 9223372034707292159, d2147483647-2147483647",
  })
  void packsTheLowerIdFirst(int one, int other, long value, String text) {
    var id = ConversationId.direct(new UserId(one), new UserId(other));

    assertThat(id).isEqualTo(new ConversationId(value)).hasToString(text);
    assertThat(ConversationId.parse(text)).isEqualTo(id);
    assertThat(id.isDirect()).isTrue();
    assertThat(id.low().value()).isEqualTo(Math.min(one, other));
    assertThat(id.high().value()).isEqualTo(Math.max(one, other));
    assertThat(id.peerOf(new UserId(one))).isEqualTo(new UserId(other));
    assertThat(id.peerOf(new UserId(other))).isEqualTo(new UserId(one));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, Integer.MAX_VALUE})
  void isTheNumberOfAGroup(int number) {
    var id = ConversationId.group(new GroupId(number));

    assertThat(id.value()).isEqualTo(number);
    assertThat(id).hasToString("g" + number);
    assertThat(ConversationId.parse("g" + number)).isEqualTo(id);
    assertThat(id.isDirect()).isFalse();
    assertThat(id.group()).isEqualTo(new GroupId(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "g",
        "d",
        "d-",
        "d1",
        "d1-",
        "d-1",
        "d2-1",
        "d0-1",
        "d1-0",
        "g0",
        "g-7",
        "g+7",
        "g07",
        "d+1-2",
        "d1-+2",
        "d01-2",
        "d1--2",
        "d1-2-3",
        "d1-2 ",
        " g7",
        "G7",
        "g2147483648",
        "d1-2147483648",
        "g٧",
        "gg7",
        "d1–2",
        "null"
      })
  void hasNoOtherSpelling(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ConversationId.parse(text));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, 1L << 31, 1L << 32, 2L << 32 | 1, Long.MAX_VALUE})
  void hasNoOtherNumber(long value) {
    assertThatIllegalArgumentException().isThrownBy(() -> new ConversationId(value));
  }

  @Test
  void idsStartAtOne() {
    for (int value : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new UserId(value));
      assertThatIllegalArgumentException().isThrownBy(() -> new GroupId(value));
    }
    assertThat(new UserId(1)).isLessThan(new UserId(2)).hasToString("1");
    assertThat(new GroupId(7)).hasToString("7");
  }
}
