package io.chatserver.protocol;

import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A change of who is in a group.
 *
 * @param sender who changed it
 * @param senderName that user's name when the entry was read or stored
 * @param user who joined or was removed
 * @param userName that user's name when the entry was read or stored
 * @param sentAt when the server accepted it; rises with {@code seq}
 */
public record MemberEntry(
    ConversationId conversation,
    long seq,
    Change change,
    UserId sender,
    String senderName,
    UserId user,
    String userName,
    Instant sentAt)
    implements LogEntry {
  /** The kind of change. */
  public enum Change {
    JOINED("joined"),
    REMOVED("removed");

    private final String wireName;

    Change(String wireName) {
      this.wireName = wireName;
    }

    /** The change of this name on the wire; null if there is none. */
    static @Nullable Change orNull(String wireName) {
      return Arrays.stream(values())
          .filter(change -> change.wireName.equals(wireName))
          .findFirst()
          .orElse(null);
    }

    /** The value of {@code kind} on the wire. */
    public String wireName() {
      return wireName;
    }
  }

  /** Whether this entry ends the user's range of the log. */
  public boolean removes(UserId who) {
    return change == Change.REMOVED && user.equals(who);
  }
}
