package io.chatserver.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The number of a conversation: that of its group, or the ids of its two people packed into one
 * long. It is known without a look-up, which keeps the message path free of one ({@code
 * docs/decisions/0001-conversation-ids.md}).
 *
 * <p>In text, as on the wire: {@code g7} for group 7, {@code d1-2} for users 1 and 2, lower id
 * first. A user may talk to himself: {@code d1-1}.
 */
public record ConversationId(long value) implements Comparable<ConversationId> {
  public ConversationId {
    long high = value & 0xFFFF_FFFFL;
    if (value < 1 || high < 1 || high > Integer.MAX_VALUE || value >>> 32 > high) {
      throw new IllegalArgumentException("conversation id " + value);
    }
  }

  /** The conversation of two people, the same whoever is named first. */
  public static ConversationId direct(UserId one, UserId other) {
    long low = Math.min(one.value(), other.value());
    long high = Math.max(one.value(), other.value());
    return new ConversationId(low << 32 | high);
  }

  /** The conversation of a group. */
  public static ConversationId group(GroupId group) {
    return new ConversationId(group.value());
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static ConversationId parse(String text) {
    int dash = text.indexOf('-');
    ConversationId id = null;
    if (text.startsWith("g")) {
      id = group(new GroupId(Integer.parseInt(text.substring(1))));
    } else if (text.startsWith("d") && dash > 0) {
      var one = new UserId(Integer.parseInt(text.substring(1, dash)));
      id = direct(one, new UserId(Integer.parseInt(text.substring(dash + 1))));
    }
    // A number has several spellings for parseInt; a conversation has one.
    if (id == null || !id.toString().equals(text)) {
      throw new IllegalArgumentException("not a conversation: " + text);
    }
    return id;
  }

  /** The conversation of a text form, null where it is none; for texts of strangers. */
  static @Nullable ConversationId orNull(String text) {
    try {
      return parse(text);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** Whether this is the conversation of two people. */
  public boolean isDirect() {
    return value >>> 32 != 0;
  }

  /** The group whose conversation this is; call it only if {@link #isDirect} is false. */
  public GroupId group() {
    return new GroupId(Math.toIntExact(value));
  }

  /** The one of the two people with the lower id. */
  public UserId low() {
    return new UserId((int) (value >>> 32));
  }

  /** The one of the two people with the higher id. */
  public UserId high() {
    return new UserId((int) value);
  }

  /** The other of the two people; the user himself where he talks to himself. */
  public UserId peerOf(UserId user) {
    return user.equals(low()) ? high() : low();
  }

  @Override
  public int compareTo(ConversationId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return isDirect() ? "d" + low() + "-" + high() : "g" + value;
  }
}
