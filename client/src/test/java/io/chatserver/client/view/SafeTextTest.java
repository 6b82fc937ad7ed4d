package io.chatserver.client.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SafeTextTest {
  @Test
  void leavesOrdinaryTextAlone() {
    for (var text : new String[] {"hello", "你好", "grüße", "👩‍👩‍👧 ok", "نص عربي", "a\\b"}) {
      assertThat(SafeText.of(text)).isEqualTo(text);
    }
  }

  @Test
  void showsControlCharacters() {
    assertThat(SafeText.of("\u001b[2J\u0007\0\r\n\t\u007f")).isEqualTo("␛[2J␇␀␍␊␉␡");
    assertThat(SafeText.of("\u009b31m\u0085")).isEqualTo("�31m�");
  }

  @Test
  void showsWhatHidesOrTurnsText() {
    assertThat(SafeText.of("\u202egnp.exe\u202c")).isEqualTo("�gnp.exe�");
    assertThat(SafeText.of("\u2066a\u2069\u200b\ufeff\u200f\u00ad")).isEqualTo("�a�����");
    assertThat(SafeText.of("a\u2028b\u2029c")).isEqualTo("a�b�c");
    assertThat(SafeText.of("\udb40\udc41")).isEqualTo("�");
    assertThat(SafeText.of("half \ud83d")).isEqualTo("half �");
  }

  @Test
  void cutsANameThatIsTooLong() {
    assertThat(SafeText.name("a".repeat(50))).isEqualTo("a".repeat(50));
    assertThat(SafeText.name("你".repeat(51))).isEqualTo("你".repeat(50) + "…");
    assertThat(SafeText.name("bob\n")).isEqualTo("bob␊");
  }

  @Test
  void escapesForProgramsWithoutLoss() {
    assertThat(SafeText.escaped("a\tb\nc\rd\\e")).isEqualTo("a\\tb\\nc\\rd\\\\e");
    assertThat(SafeText.escaped("\u001b\u202e\ud83d你👍")).isEqualTo("\\u001b\\u202e\\ud83d你👍");
    assertThat(SafeText.escaped("\udb40\udc41")).isEqualTo("\\udb40\\udc41");
  }
}
