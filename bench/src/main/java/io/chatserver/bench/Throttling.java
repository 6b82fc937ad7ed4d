package io.chatserver.bench;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Recognizes a server that limits this machine, and says what to do about it. */
public final class Throttling {
  /** The advice for the operator of that server. */
  public static final String ADVICE =
      "the server throttles this machine: set throttle.exempt there, or use less load";

  /** Too many connections, and too many tries: the {@code code} of a closing message. */
  private static final Set<Integer> CLOSINGS = Set.of(3003, 3006);

  private Throttling() {}

  /** Whether a reply refuses a request that time alone makes possible again. */
  public static boolean isRefusal(@Nullable Reply reply) {
    return reply instanceof Reply.Failed(var code, var _, var retryAfter)
        && code == ErrorCode.BUSY
        && retryAfter != null;
  }

  /** Whether the server closes a connection because there are too many, or too many tries. */
  public static boolean isClosing(DisconnectReason reason) {
    return CLOSINGS.contains(reason.number());
  }

  /** A reply or failure in words, with the advice where it comes from a throttle. */
  public static String explain(@Nullable Object outcome) {
    var cause =
        outcome instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : outcome;
    boolean throttled =
        switch (cause) {
          case Reply reply -> isRefusal(reply);
          case DisconnectReason reason -> isClosing(reason);
          case null, default -> false;
        };
    return throttled ? cause + " (" + ADVICE + ")" : String.valueOf(cause);
  }
}
