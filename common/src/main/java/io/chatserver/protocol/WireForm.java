package io.chatserver.protocol;

import org.jspecify.annotations.Nullable;

/**
 * How a connection is written to, and which numbers it uses. It is found out from what the client
 * sends and never negotiated.
 *
 * <p>The C++ clients of the original and of its forks number the same messages in three ways
 * ({@code docs/PROTOCOL.md}, "Legacy clients"); each is a form of its own.
 */
public enum WireForm {
  /** Objects that end in a newline. */
  MODERN(4, 5, 3, 6, 7, 8, 9, 10),
  /** A C++ client with the original's numbers. */
  LEGACY_A(4, 5, 3, 6, 7, 8, 9, 10),
  /** A C++ client whose logout is 10. */
  LEGACY_B(3, 4, 10, 5, 6, 7, 8, 9),
  /** A C++ client whose logout is 7. */
  LEGACY_C(3, 4, 7, 5, 6, 8, 9, 10);

  /** The one in which no number is shorter than in another. */
  static final WireForm LONGEST_LEGACY = LEGACY_A;

  private final int register;
  private final int registerAck;
  private final int logout;
  private final int directChat;
  private final int addFriend;
  private final int createGroup;
  private final int joinGroup;
  private final int groupChat;

  WireForm(
      int register,
      int registerAck,
      int logout,
      int directChat,
      int addFriend,
      int createGroup,
      int joinGroup,
      int groupChat) {
    this.register = register;
    this.registerAck = registerAck;
    this.logout = logout;
    this.directChat = directChat;
    this.addFriend = addFriend;
    this.createGroup = createGroup;
    this.joinGroup = joinGroup;
    this.groupChat = groupChat;
  }

  /** Whether the peer is a C++ client, which reads into 1,024 bytes. */
  public boolean isLegacy() {
    return this != MODERN;
  }

  /** The {@code msgid} of a type in this form. */
  int number(MessageType type) {
    return switch (type) {
      case REGISTER -> register;
      case REGISTER_ACK -> registerAck;
      case LOGOUT -> logout;
      case DIRECT_CHAT -> directChat;
      case ADD_FRIEND -> addFriend;
      case CREATE_GROUP -> createGroup;
      case JOIN_GROUP -> joinGroup;
      case GROUP_CHAT -> groupChat;
      default -> type.number();
    };
  }

  /**
   * The legacy form in which a type has this number: this one if it fits, else the likeliest other,
   * null where none has it.
   */
  @Nullable WireForm withNumber(MessageType type, long number) {
    if (number(type) == number) {
      return this;
    }
    for (var other : new WireForm[] {LEGACY_B, LEGACY_C, LEGACY_A}) {
      if (other.number(type) == number) {
        return other;
      }
    }
    return null;
  }
}
