package io.chatserver.server.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.RequestWriter;
import io.chatserver.protocol.UserId;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageRoomTest {
  private static final int MAX_BYTES = 128 * 1024;

  @ParameterizedTest
  @ValueSource(strings = {"plain text", "\"\\", "\u0001\u001f", "äöü", "你好", "😀😀", "\u007f"})
  void takesAsManyBytesAsStandOnTheWire(String piece) {
    var text = piece.repeat(500);
    int most = MAX_BYTES / wireBytes(text);
    var room = new PageRoom();

    for (int i = 0; i < most; i++) {
      assertThat(room.takes(text)).as("text %s", i).isTrue();
    }
    assertThat(room.takes(text)).isFalse();
  }

  @Test
  void theFirstAlwaysGoesInAndNothingElseThen() {
    var room = new PageRoom();

    assertThat(room.takes("x".repeat(2 * MAX_BYTES))).isTrue();
    assertThat(room.takes("x")).isFalse();
  }

  private static int wireBytes(String text) {
    return lineBytes(text) - lineBytes("");
  }

  private static int lineBytes(String text) {
    var command = new Command.SendDirect(new UserId(1), text, new ClientMessageId("a"));
    var line =
        RequestWriter.write(new Frame.Request(1L, command), UnpooledByteBufAllocator.DEFAULT);
    try {
      return line.readableBytes();
    } finally {
      line.release();
    }
  }
}
