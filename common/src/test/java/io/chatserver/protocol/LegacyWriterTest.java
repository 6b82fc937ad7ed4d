package io.chatserver.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is said to a C++ client comes in objects that its buffer of 1,024 bytes takes. */
final class LegacyWriterTest {
  private static final List<WireForm> FORMS =
      Numbering.all().stream().map(WireForm::legacy).toList();

  private static final WireForm USUAL = WireForm.legacy(Numbering.USUAL);

  /** The longest name there is, in characters that take the most bytes in JSON. */
  private static final List<String> LONGEST_NAMES =
      Stream.of("a", "\"", "\\", "é", "你", "😀").map(c -> c.repeat(50)).toList();

  static List<String> alphabets() {
    return List.of(
        "a",
        "\"",
        "\\",
        "\u0001",
        "\n",
        "\u007f",
        "\u0080",
        "\u07ff",
        "\u0800",
        "你",
        "\uffff",
        "😀",
        "a😀\"你\u0000é\\");
  }

  @ParameterizedTest
  @MethodSource("alphabets")
  void aLongTextArrivesWholeInPieces(String alphabet) throws IOException {
    for (var name : LONGEST_NAMES) {
      for (int repeats :
          new int[] {0, 1, 90, 91, 92, 93, 94, 200, 333, 16_384 / alphabet.length()}) {
        var text = alphabet.repeat(repeats);
        for (var form : FORMS) {
          assertThat(joined(message(name, text), form)).isEqualTo(LegacyText.harmless(text));
        }
      }
    }
  }

  @Test
  void textsOfEveryLengthAroundTheLimitArriveWhole() throws IOException {
    for (int length = 880; length < 960; length++) {
      for (var last : List.of("", "a", "\"", "\u0001", "é", "你", "😀")) {
        var text = "x".repeat(length) + last;
        assertThat(joined(message("alice", text), USUAL)).isEqualTo(LegacyText.harmless(text));
      }
    }
  }

  @Test
  void noTextForgesALineOrDrivesATerminal() throws IOException {
    var text = "hi\n2026-11-27 12:00:00 [1]boss said: x\u001b[2J\u0007\u009b\ttab\u007f";

    assertThat(joined(message("alice", text), USUAL))
        .isEqualTo("hi\u240a2026-11-27 12:00:00 [1]boss said: x\u241b[2J\u2407\ufffd\ttab\u2421");
  }

  @Test
  void aPieceIsAsLongAsItCanBe() {
    var pieces = Wire.write(event(message("alice", "x".repeat(5000))), USUAL);

    assertThat(pieces).hasSize(6);
    for (var piece : pieces.subList(0, 5)) {
      assertThat(piece[1022]).isEqualTo((byte) '}');
    }
  }

  @Test
  void anAbsurdNameFailsRatherThanLoops() {
    for (int length = 850; length < 1100; length++) {
      var message = message("a".repeat(length), "😀😀");
      var failure =
          assertTimeoutPreemptively(
              Duration.ofSeconds(5), () -> catchThrowable(() -> Wire.write(event(message), USUAL)));
      assertThat(failure)
          .satisfiesAnyOf(
              none -> assertThat(none).isNull(),
              some -> assertThat(some).isInstanceOf(IllegalArgumentException.class));
    }
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void everyFailureFits(ErrorCode code) throws IOException {
    for (var detail : List.of("", "a detail", "\u0001".repeat(100), "x".repeat(5000))) {
      for (var form : FORMS) {
        for (var request : List.of(MessageType.LOGIN, MessageType.REGISTER)) {
          var frames = Wire.write(Wire.response(request, new Reply.Failed(code, detail)), form);
          assertThat(frames).hasSize(1);
          assertThat(json(frames.getFirst())).contains("\"errno\":").doesNotContain("\"errno\":0");
        }
      }
    }
  }

  @Test
  void onlyWhatTheOriginalAnswersIsAnswered() {
    for (var response : Samples.responses()) {
      boolean answered =
          response.request() == MessageType.LOGIN || response.request() == MessageType.REGISTER;
      var noRid = new Frame.Response(null, response.request(), response.reply());
      for (var form : FORMS) {
        if (!(response.reply() instanceof Reply.LoggedIn)) {
          assertThat(Wire.write(noRid, form)).hasSize(answered ? 1 : 0);
        }
      }
    }
    var failed = new Reply.Failed(ErrorCode.BAD_JSON, "");
    assertThat(Wire.write(new Frame.Response(null, null, failed), USUAL)).isEmpty();
  }

  @Test
  void aClosingIsNotTold() {
    var closing = new Frame.Event(new Push.Closing(DisconnectReason.SHUTDOWN));

    assertThat(FORMS).allSatisfy(form -> assertThat(Wire.write(closing, form)).isEmpty());
  }

  private static ChatMessage message(String senderName, String text) {
    return new ChatMessage(
        ConversationId.direct(Samples.LAST_USER, new UserId(Integer.MAX_VALUE - 1)),
        Long.MAX_VALUE,
        Samples.LAST_USER,
        senderName,
        Samples.TIME,
        text);
  }

  private static Frame event(ChatMessage message) {
    return new Frame.Event(new Push.MessageReceived(message));
  }

  private static String joined(ChatMessage message, WireForm form) throws IOException {
    var joined = new StringBuilder();
    for (var frame : Wire.write(event(message), form)) {
      var fields = strings(json(frame));
      assertThat(fields).contains(message.senderName());
      joined.append(fields.getFirst());
    }
    return joined.toString();
  }

  /** The object of a frame, which must be as a C++ client needs it. */
  static String json(byte[] frame) throws IOException {
    assertThat(frame).hasSize(1024);
    assertThat(frame[1023]).isZero();
    var text = new String(frame, 0, 1023, UTF_8);
    assertThat(text.stripTrailing()).endsWith("}").doesNotContain("\0", "\n");
    try (var parser = Json.parser(Wire.utf8(text))) {
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      parser.skipChildren();
      assertThat(parser.nextToken()).isNull();
    }
    return text.stripTrailing();
  }

  /** The values of the strings of an object: {@code msg}, {@code name}, {@code time}. */
  private static List<String> strings(String json) throws IOException {
    var strings = new ArrayList<String>();
    try (var parser = Json.parser(Wire.utf8(json))) {
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          strings.add(parser.getText());
        }
      }
    }
    return strings;
  }
}
