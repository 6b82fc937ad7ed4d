package io.chatserver.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads text strictly as UTF-8, regardless of the locale. It refuses text of another encoding, with
 * an explanation, instead of changing it. A byte order mark at the beginning is skipped.
 *
 * <p>Threads: any.
 */
public final class Utf8 {
  /** The character that decoders insert for invalid bytes. */
  public static final char REPLACEMENT = '\uFFFD';

  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final byte[] UTF_16_LITTLE = {(byte) 0xFF, (byte) 0xFE};
  private static final byte[] UTF_16_BIG = {(byte) 0xFE, (byte) 0xFF};

  private Utf8() {}

  /** Reads a whole file. */
  public static String read(Path file) throws IOException {
    return decode(Files.readAllBytes(file), true);
  }

  /**
   * Decodes text.
   *
   * @param isBeginning whether a byte order mark is allowed at its beginning
   */
  static String decode(byte[] bytes, boolean isBeginning) throws NotUtf8Exception {
    if (isBeginning && (startsWith(bytes, UTF_16_LITTLE) || startsWith(bytes, UTF_16_BIG))) {
      throw new NotUtf8Exception("it is in UTF-16: save it as UTF-8");
    }
    int start = isBeginning && startsWith(bytes, MARK) ? MARK.length : 0;
    var text = decode(ByteBuffer.wrap(bytes, start, bytes.length - start));
    if (text.indexOf('\0') >= 0) {
      throw new NotUtf8Exception("it has a NUL character: is it in UTF-16? Save it as UTF-8");
    }
    return text;
  }

  private static String decode(ByteBuffer bytes) throws NotUtf8Exception {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException _) {
      throw new NotUtf8Exception("it is not in UTF-8");
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }
}
