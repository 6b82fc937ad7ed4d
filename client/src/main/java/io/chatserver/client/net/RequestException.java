package io.chatserver.client.net;

import io.chatserver.protocol.Command;
import java.time.Duration;

/** Why a request got no reply. A refusal is not one: it is a reply. */
public abstract sealed class RequestException extends Exception {
  private static final long serialVersionUID = 1;

  private final String code;
  private final boolean outcomeUnknown;

  private RequestException(String code, String message, boolean outcomeUnknown) {
    super(message);
    this.code = code;
    this.outcomeUnknown = outcomeUnknown;
  }

  /** One word for programs. */
  public String code() {
    return code;
  }

  /** Whether the server may have done it all the same; if not, it was never sent. */
  public boolean isOutcomeUnknown() {
    return outcomeUnknown;
  }

  /** There is no connection. */
  public static final class NotConnected extends RequestException {
    private static final long serialVersionUID = 1;

    NotConnected() {
      super("not-connected", "not sent: there is no connection", false);
    }
  }

  /** As many requests wait for their reply as may. */
  public static final class TooMany extends RequestException {
    private static final long serialVersionUID = 1;

    TooMany(int limit) {
      super("too-many", "not sent: " + limit + " requests wait for their reply", false);
    }
  }

  /** The connection was lost before the reply. */
  public static final class ConnectionLost extends RequestException {
    private static final long serialVersionUID = 1;

    ConnectionLost(String reason) {
      super("lost", "outcome unknown: the connection was lost: " + reason, true);
    }
  }

  /** No reply came in time. */
  public static final class TimedOut extends RequestException {
    private static final long serialVersionUID = 1;

    TimedOut(Command command, Duration timeout) {
      super(
          "timeout",
          "outcome unknown: no reply to %s within %s s"
              .formatted(command.type(), timeout.toMillis() / 1000.0),
          true);
    }
  }

  /** A reply came that this version does not understand. */
  public static final class Unreadable extends RequestException {
    private static final long serialVersionUID = 1;

    Unreadable(String detail) {
      super("unreadable", "outcome unknown: the reply is unreadable: " + detail, true);
    }
  }
}
