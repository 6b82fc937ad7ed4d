package io.chatserver.text;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads lines of UTF-8 by the rules of {@link Utf8}. A line ends with LF or CR LF; a CR elsewhere
 * belongs to the line.
 *
 * <p>Threads: one at a time; {@link #next} blocks.
 */
public final class Utf8Lines implements AutoCloseable {
  private final InputStream in;
  private int number;

  public Utf8Lines(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /** The first line of a file, if it has any. */
  public static Optional<String> first(Path file) throws IOException {
    try (var lines = new Utf8Lines(Files.newInputStream(file))) {
      return lines.next();
    }
  }

  /**
   * Reads the next line, without its line end.
   *
   * @return empty at the end of the input
   * @throws NotUtf8Exception if the line is invalid; the next call reads the line after it
   */
  public Optional<String> next() throws IOException {
    var line = new ByteArrayOutputStream();
    int each = in.read();
    if (each < 0) {
      return Optional.empty();
    }
    while (each >= 0 && each != '\n') {
      line.write(each);
      each = in.read();
    }
    number++;
    try {
      var text = Utf8.decode(line.toByteArray(), number == 1);
      return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    } catch (NotUtf8Exception e) {
      throw new NotUtf8Exception("line " + number + ": " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
