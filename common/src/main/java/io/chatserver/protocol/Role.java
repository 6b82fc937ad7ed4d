package io.chatserver.protocol;

import java.util.Locale;

/** What a member is in a group; on the wire in lower case. */
public enum Role {
  CREATOR,
  NORMAL;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** {@code creator} or {@code normal}. */
  public String wireName() {
    return wireName;
  }

  /** The role of that name; a role that this version does not know is a normal one. */
  static Role ofWireName(String text) {
    return text.equals(CREATOR.wireName) ? CREATOR : NORMAL;
  }
}
