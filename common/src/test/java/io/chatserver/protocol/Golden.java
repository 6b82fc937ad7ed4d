package io.chatserver.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Golden files: a comment, then a line per message, {@code C:} from a client and {@code S:} from
 * the server. {@code <NUL>}, {@code <CR>} and {@code <LF>} stand for these bytes, {@code <BLANKS>}
 * for as many blanks as make 1,023 bytes.
 */
final class Golden {
  static final Path DIRECTORY = Path.of("src/test/resources/golden");
  static final String CLIENT = "C: ";
  static final String SERVER = "S: ";

  private Golden() {}

  static List<String> lines(String name) throws IOException {
    return Files.readAllLines(DIRECTORY.resolve(name + ".txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  static byte[] bytes(String speaker, String line) {
    if (!line.startsWith(speaker)) {
      throw new AssertionError("the other side speaks here: " + line);
    }
    var text =
        line.substring(speaker.length())
            .replace("<NUL>", "\0")
            .replace("<CR>", "\r")
            .replace("<LF>", "\n");
    var json = text.replace("<BLANKS>\0", "");
    if (json.equals(text)) {
      return Wire.utf8(text);
    }
    return Wire.utf8(json + " ".repeat(1023 - Wire.utf8(json).length) + '\0');
  }
}
