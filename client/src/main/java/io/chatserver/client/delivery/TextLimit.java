package io.chatserver.client.delivery;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.RequestWriter;
import io.netty.buffer.UnpooledByteBufAllocator;

/** Keeps a text out of the outbox at which the server would hang up each time it comes. */
final class TextLimit {
  /** What a server takes as one object unless it was told otherwise. */
  private static final int MAX_FRAME_BYTES = 65_536;

  private TextLimit() {}

  /**
   * Checks that a message fits into one object.
   *
   * @throws NotQueuedException if it does not
   */
  static void check(Command command) {
    var request = new Frame.Request(Long.MAX_VALUE, command);
    var written = RequestWriter.write(request, UnpooledByteBufAllocator.DEFAULT);
    try {
      if (written.readableBytes() > MAX_FRAME_BYTES) {
        throw new NotQueuedException("too-long", "not taken: the message is too long");
      }
    } finally {
      written.release();
    }
  }
}
