package io.chatserver.client.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineWrapperTest {
  @Test
  void leavesWhatFits() {
    assertWrapped("", 10, 10, "");
    assertWrapped("exactly 10", 10, 10, "exactly 10");
    assertWrapped("blanks at the end   ", 17, 10, "blanks at the end   ");
  }

  @Test
  void breaksBetweenWords() {
    assertWrapped("one two three four", 9, 9, "one two", "three", "four");
    assertWrapped("one two three four", 4, 10, "one", "two three", "four");
  }

  @Test
  void breaksAWordThatIsLongerThanALine() {
    assertWrapped("abcdefghij", 4, 4, "abcd", "efgh", "ij");
    assertWrapped("ab cdefghij", 4, 4, "ab", "cdef", "ghij");
  }

  @Test
  void countsColumnsAndNotCharacters() {
    assertWrapped("你好世界", 5, 5, "你好", "世界");
    assertWrapped("👍👍👍", 4, 4, "👍👍", "👍");
    assertWrapped("e\u0301e\u0301e\u0301", 2, 2, "e\u0301e\u0301", "e\u0301");
  }

  @Test
  void aFirstLineWithoutRoomStaysEmpty() {
    assertWrapped("word", 0, 10, "", "word");
  }

  private static void assertWrapped(String text, int first, int next, String... lines) {
    assertThat(LineWrapper.wrap(text, first, next)).isEqualTo(List.of(lines));
  }
}
