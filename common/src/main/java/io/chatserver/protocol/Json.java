package io.chatserver.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The one configuration of Jackson for the wire: bounded, and without source text in its errors.
 */
final class Json {
  /** Our deepest object is 5 deep; a hostile one should cost nothing. */
  private static final int MAX_NESTING = 16;

  /**
   * No limit but that of a frame. Digits beyond a long are checked but never converted, so that a
   * request with such a number gets an error with its {@code rid}.
   */
  private static final int MAX_NUMBER_LENGTH = Integer.MAX_VALUE;

  private static final int MAX_NAME_LENGTH = 64;

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxNameLength(MAX_NAME_LENGTH)
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          // Names come from strangers: interning them would let them fill a table of the JVM.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // Four bytes as from the original, not two escapes of six.
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build();

  private Json() {}

  /**
   * A parser of one object. Jackson takes overlong forms and encoded surrogates for characters, so
   * what is not plain ASCII is checked first.
   *
   * @throws IOException if the bytes are not UTF-8
   */
  static JsonParser parser(byte[] json) throws IOException {
    for (byte b : json) {
      if (b < 0) {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
        break;
      }
    }
    return FACTORY.createParser(json);
  }

  /**
   * Whether a text has only whole characters: JSON can name half a surrogate pair, which UTF-8
   * cannot store.
   */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
