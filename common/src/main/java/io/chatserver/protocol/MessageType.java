package io.chatserver.protocol;

import org.jspecify.annotations.Nullable;

/** The numbers of {@code msgid}: 1 to 10 are the original's, the others ours. */
public enum MessageType {
  LOGIN(1),
  LOGIN_ACK(2),
  LOGOUT(3),
  REGISTER(4),
  REGISTER_ACK(5),
  DIRECT_CHAT(6),
  ADD_FRIEND(7),
  CREATE_GROUP(8),
  JOIN_GROUP(9),
  GROUP_CHAT(10),
  REPLY(11),
  PING(12),
  PONG(13),
  CLOSING(14),
  LIST_FRIENDS(15),
  LIST_GROUPS(16),
  LIST_MEMBERS(17),
  ACK(18),
  RECEIPT(19),
  PAGE(20),
  HISTORY(21),
  LIST_CONVERSATIONS(22),
  REVOKE_TOKENS(23),
  CHANGE_PASSWORD(24),
  FIND(25),
  ENTRY(26);

  private static final MessageType[] BY_NUMBER = values();

  private final int number;

  MessageType(int number) {
    this.number = number;
  }

  /** The {@code msgid}. */
  public int number() {
    return number;
  }

  /** The type of a {@code msgid}, null where there is none. */
  public static @Nullable MessageType of(long number) {
    return number < 1 || number > BY_NUMBER.length ? null : BY_NUMBER[(int) number - 1];
  }
}
