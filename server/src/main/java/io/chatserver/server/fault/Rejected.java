package io.chatserver.server.fault;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A command that is refused. Without a stack trace: strangers cause it as often as they like. */
public final class Rejected extends RuntimeException {
  private final Reply.Failed reply;

  public Rejected(ErrorCode code) {
    this(code, "", null);
  }

  public Rejected(ErrorCode code, String detail) {
    this(code, detail, null);
  }

  public Rejected(ErrorCode code, String detail, @Nullable Duration retryAfter) {
    super(code + " " + detail, null, false, false);
    this.reply = new Reply.Failed(code, detail, retryAfter);
  }

  /** The reply to the client. */
  public Reply.Failed reply() {
    return reply;
  }
}
