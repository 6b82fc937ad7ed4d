package io.chatserver.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The client's own name for a message that it sends: 1 to 36 characters of {@code A-Z a-z 0-9 . _
 * -}, never used by this user for another message. It makes a repeated send harmless.
 */
public record ClientMessageId(String text) {
  private static final int MAX_LENGTH = 36;

  public ClientMessageId {
    if (!isValid(text)) {
      throw new IllegalArgumentException("not a client message id");
    }
  }

  /** The id of this text, null where it is none; for texts of strangers. */
  static @Nullable ClientMessageId orNull(String text) {
    return isValid(text) ? new ClientMessageId(text) : null;
  }

  private static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isAllowed(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAllowed(char c) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  }

  @Override
  public String toString() {
    return text;
  }
}
