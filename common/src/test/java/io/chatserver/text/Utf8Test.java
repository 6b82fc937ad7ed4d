package io.chatserver.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
  @TempDir private Path directory;

  private static Utf8Lines lines(String text, Charset charset) {
    return new Utf8Lines(new ByteArrayInputStream(text.getBytes(charset)));
  }

  private static List<String> all(Utf8Lines lines) throws IOException {
    var all = new ArrayList<String>();
    for (var line = lines.next(); line.isPresent(); line = lines.next()) {
      all.add(line.get());
    }
    return all;
  }

  @Test
  void readsLinesOfEachSystem() throws IOException {
    assertThat(
            all(
                lines(
                    "\uFEFFone\r\ntwo\n\nfo\rur\r\nna\u00EFve \u6F22 \uD83D\uDE00",
                    StandardCharsets.UTF_8)))
        .containsExactly("one", "two", "", "fo\rur", "na\u00EFve \u6F22 \uD83D\uDE00");
  }

  @Test
  void aLineThatIsNotUtf8IsPassedOver() throws IOException {
    var lines = lines("na\u00EFve\nnext\n", StandardCharsets.ISO_8859_1);

    assertThatThrownBy(lines::next)
        .isInstanceOf(NotUtf8Exception.class)
        .hasMessage("line 1: it is not in UTF-8");
    assertThat(lines.next()).contains("next");
    assertThat(lines.next()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"})
  void utf16IsNamed(String charset) {
    assertThatThrownBy(() -> lines("/friends\n", Charset.forName(charset)).next())
        .isInstanceOf(NotUtf8Exception.class)
        .hasMessageContaining("UTF-16");
  }

  @Test
  void readsFiles() throws IOException {
    var file = directory.resolve("file");
    Files.writeString(file, "\uFEFFsecret\r\nmore");

    assertThat(Utf8.read(file)).isEqualTo("secret\r\nmore");
    assertThat(Utf8Lines.first(file)).contains("secret");
    Files.write(file, new byte[0]);
    assertThat(Utf8Lines.first(file)).isEqualTo(Optional.empty());
  }
}
