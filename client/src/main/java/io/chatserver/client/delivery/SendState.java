package io.chatserver.client.delivery;

import java.time.Instant;

/** What is known of a message that is sent. It only goes forward: down this list. */
public sealed interface SendState {
  /** It is on disk: it will be sent, even if this process is killed now. */
  record Queued() implements SendState {}

  /** It is on its way, perhaps not for the first time; whether it was stored is not known. */
  record Sent() implements SendState {}

  /** The server has stored it under this number: it will not be lost. */
  record Stored(long seq, Instant at) implements SendState {}

  /** It has reached a client of the one to whom it was sent. */
  record Delivered(long seq) implements SendState {}

  /** The one to whom it was sent has seen it. */
  record Read(long seq) implements SendState {}

  /**
   * It will not be sent.
   *
   * @param code the number of the server's refusal, or a word for a failure on this side
   */
  record Refused(String code, String reason) implements SendState {}
}
