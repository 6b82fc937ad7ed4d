package io.chatserver.protocol;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the server says unasked. */
public sealed interface Push {
  /** A message of a conversation that the user takes part in. */
  record MessageReceived(ChatMessage message) implements Push {}

  /**
   * The server is about to hang up.
   *
   * @param reconnectAfter when to come back, where the server has a view on it
   */
  record Closing(DisconnectReason reason, @Nullable Duration reconnectAfter) implements Push {
    public Closing(DisconnectReason reason) {
      this(reason, null);
    }
  }
}
