package io.chatserver.protocol;

import org.jspecify.annotations.Nullable;

/** One JSON object of the wire, understood. */
public sealed interface Frame {
  /**
   * From a client.
   *
   * @param rid the client's number for it, which asks for exactly one reply with the same number;
   *     null for a client of the original kind
   */
  record Request(@Nullable Long rid, Command command) implements Frame {}

  /**
   * From a client, and not a request.
   *
   * @param type what it seems to have been meant as, null where that cannot be told
   */
  record Malformed(@Nullable Long rid, @Nullable MessageType type, ErrorCode code, String detail)
      implements Frame {}

  /**
   * From the server, to a request.
   *
   * @param request the type of the request; null where that could not be told
   */
  record Response(@Nullable Long rid, @Nullable MessageType request, Reply reply)
      implements Frame {}

  /** From the server, unasked. */
  record Event(Push push) implements Frame {}
}
