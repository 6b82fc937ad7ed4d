package io.chatserver.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.PooledByteBufAllocator;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is common to everything that is written. */
final class FrameWriterTest {
  private static final Set<MessageType> SILENT =
      EnumSet.of(
          MessageType.LOGOUT,
          MessageType.DIRECT_CHAT,
          MessageType.ADD_FRIEND,
          MessageType.CREATE_GROUP,
          MessageType.JOIN_GROUP,
          MessageType.GROUP_CHAT,
          MessageType.ACK);

  @Test
  void withoutRidOnlySuccessOfWhatTheOriginalLeavesUnansweredIsSilent() {
    var failed = new Reply.Failed(ErrorCode.BUSY, "");
    for (var response : Samples.responses()) {
      var type = response.request();
      boolean silent = SILENT.contains(type) && !(response.reply() instanceof Reply.Failed);

      assertThat(Wire.write(new Frame.Response(null, type, response.reply()), WireForm.MODERN))
          .hasSize(silent ? 0 : 1);
      assertThat(Wire.write(new Frame.Response(null, type, failed), WireForm.MODERN)).hasSize(1);
      assertThat(Wire.write(response, WireForm.MODERN)).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void doesNotSpeakForTheClient(boolean legacy) {
    var form = new WireForm(legacy, Numbering.USUAL);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Wire.write(new Frame.Request(1L, new Command.Ping()), form));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Wire.write(new Frame.Malformed(1L, null, ErrorCode.BAD_JSON, ""), form));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "\ude00", "a\ud83d", "\ude00\ud83d", "\ud83dx", "\ud83d😀"})
  void halfASurrogatePairIsRefusedByTheServer(String text) {
    var request = new Frame.Request(1L, new Command.SendDirect(Samples.BOB, text));

    assertThat(Wire.decode(new RequestReader(), Wire.write(request)))
        .containsExactly(
            new Frame.Malformed(
                1L, MessageType.DIRECT_CHAT, ErrorCode.BAD_FIELD, "msg has a wrong value"));
  }

  /** The writer's buffers end somewhere in a text of this length; no character may suffer. */
  @ParameterizedTest
  @ValueSource(strings = {"x", "\"", "\\", "\u0001", "é", "你", "😀"})
  void longTextsAreWrittenAsTheyAre(String character) {
    for (int shift = 0; shift < 8; shift++) {
      var text = "x".repeat(shift) + character.repeat(16_384);
      var request = new Frame.Request(1L, new Command.SendDirect(Samples.BOB, text));
      byte[] bytes = Wire.write(request);

      assertThat(new RequestReader().read(bytes, FrameDecoder.Terminator.NEWLINE))
          .isEqualTo(request);
      if (character.charAt(0) > '\u007f') {
        assertThat(new String(bytes, UTF_8)).contains(text);
      }
    }
  }

  @Test
  void timesAreWrittenInTheWritersZone() {
    var writer = new FrameWriter(ZoneId.of("Asia/Shanghai"));
    var event = new Frame.Event(new Push.MessageReceived(Samples.direct("hi")));

    for (int i = 0; i < 2; i++) {
      var buffer = writer.write(event, WireForm.MODERN, PooledByteBufAllocator.DEFAULT).getFirst();
      assertThat(buffer.toString(UTF_8))
          .contains("\"time\":\"2026-11-21 10:07:49\",\"ts\":1795226869000");
      buffer.release();
    }
  }
}
