package io.chatserver.protocol;

import io.chatserver.protocol.FrameDecoder.Terminator;
import java.io.IOException;

/**
 * Reads the frames of a server, for a modern client. Unknown fields are skipped. An object of an
 * unknown type, or of another form, becomes a {@link Frame.Malformed}.
 *
 * <p>Threads: any; one serves all connections.
 */
public final class ResponseReader implements FrameDecoder.ObjectReader {
  @Override
  public Frame garbage(Terminator terminator) {
    return new Frame.Malformed(null, null, ErrorCode.BAD_JSON, "");
  }

  @Override
  public Frame read(byte[] json, Terminator terminator) {
    var fields = new ResponseFields();
    try {
      fields.parse(json);
      return fields.frame();
    } catch (IOException e) {
      return malformed(fields, ErrorCode.BAD_JSON, e);
    } catch (IllegalArgumentException e) {
      return malformed(fields, ErrorCode.BAD_FIELD, e);
    }
  }

  private static Frame malformed(ResponseFields fields, ErrorCode code, Exception cause) {
    var detail = String.valueOf(cause.getMessage());
    return new Frame.Malformed(fields.rid, MessageType.of(fields.msgid), code, detail);
  }
}
