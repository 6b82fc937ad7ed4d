package io.chatserver.server.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatserver.protocol.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  private static final String FIFTY = "12345678901234567890123456789012345678901234567890";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "zhang san",
        "zhang\u00a0san",
        "홍길동",
        "张三",
        "Ünï-cödé_1.0",
        "😀",
        "e\u0301",
        "'; DROP TABLE account; --",
        "{\"msgid\":1}",
        FIFTY,
        "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"
      })
  void takesWhatCanBeShownAndTyped(String name) {
    assertThat(Names.checked(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        " a",
        "a ",
        "\u3000a",
        "a\u2003",
        "\u00a0",
        "\u00a0a",
        "a\u00a0",
        "a\u2007",
        "\u202fa",
        "a\u1680",
        "soft\u00adhyphen",
        "a\u034fb",
        "\u115f",
        "\u1160",
        "\u3164",
        "a\u3164",
        "\uffa0",
        "a\u17b4",
        "a\u180b",
        "a\u180f",
        "a\ufe00",
        "❤\ufe0f",
        "a\udb40\udd00", // U+E0100
        "\u2800",
        "a\nb",
        "a\0",
        "\u001b[31mred",
        "a\u0085b",
        "zero\u200bwidth",
        "right\u202eleft",
        "\ufeffmark",
        "a\u2028b",
        "a\ud800b",
        "\udc00",
        "\ue000",
        "\uffff",
        FIFTY + "1",
        "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"
      })
  void refusesWhatCannot(String name) {
    var refused = catchThrowableOfType(Rejected.class, () -> Names.checked(name));

    assertThat(refused.reply().code()).isEqualTo(ErrorCode.NAME_INVALID);
    assertThat(refused.reply().detail()).isNotEmpty();
    assertThat(refused.getStackTrace()).isEmpty();
  }

  @Test
  void showsANameThatOnlyADatabaseCanHold() {
    assertThat(Names.shown("ann é 😀")).isEqualTo("ann é 😀");
    assertThat(Names.shown("a\tb\n\u001b[2J\\u{9}\u202e"))
        .isEqualTo("a\\u{9}b\\u{a}\\u{1b}[2J\\\\u{9}\\u{202e}");
  }
}
