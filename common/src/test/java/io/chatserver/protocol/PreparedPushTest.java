package io.chatserver.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A message is encoded once for each form, and its bytes live as long as anyone needs them. */
final class PreparedPushTest {
  private static final List<WireForm> FORMS =
      Stream.concat(Stream.of(WireForm.MODERN), Numbering.all().stream().map(WireForm::legacy))
          .toList();
  private static final UnpooledByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;

  @Test
  void bytesOutliveThePushAndAreFreedByTheLast() {
    for (var text : List.of("hello", "x".repeat(3000))) {
      var handedOut = new ArrayList<ByteBuf>();
      try (var push = new PreparedPush(Samples.direct(text))) {
        for (int connection = 0; connection < 2; connection++) {
          for (var form : FORMS) {
            handedOut.addAll(push.pieces(Wire.WRITER, form, ALLOCATOR));
          }
        }
      }

      for (var piece : handedOut) {
        assertThat(piece.readableBytes()).isPositive();
        assertThat(piece.toString(UTF_8)).contains("\"name\":\"alice\"");
        piece.release();
      }
      assertThat(handedOut).allMatch(piece -> piece.refCnt() == 0);
    }
  }

  @Test
  void piecesAreThoseOfTheWriterForEveryConnection() {
    var message = Samples.direct("x".repeat(3000));
    var event = new Frame.Event(new Push.MessageReceived(message));
    try (var push = new PreparedPush(message)) {
      for (var form : FORMS) {
        var expected = Wire.write(event, form).stream().map(b -> new String(b, UTF_8)).toList();
        for (int connection = 0; connection < 3; connection++) {
          var pieces = push.pieces(Wire.WRITER, form, ALLOCATOR);
          assertThat(pieces.stream().map(piece -> piece.toString(UTF_8)))
              .containsExactlyElementsOf(expected);
          pieces.forEach(piece -> piece.skipBytes(piece.readableBytes()).release());
        }
      }
    }
  }
}
