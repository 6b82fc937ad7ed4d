package io.chatserver.server.account;

import io.chatserver.protocol.ShownNumbers;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of clients that have logged in to an account so far.
 *
 * @param legacy the numbers that its C++ clients have shown; null if none has ever logged in or
 *     registered
 * @param modern whether a modern client has logged in
 */
public record SeenClients(@Nullable ShownNumbers legacy, boolean modern) {
  /** Those of an account whose token was used, which only modern clients have. */
  static final SeenClients MODERN = new SeenClients(null, true);

  /** The numbers that its C++ clients have shown. */
  public ShownNumbers shown() {
    return legacy == null ? ShownNumbers.NONE : legacy;
  }
}
