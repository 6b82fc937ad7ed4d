package io.chatserver.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to one command. */
public sealed interface Reply {
  /** Done, with nothing to tell. */
  record Done() implements Reply {}

  /** The account is open. */
  record Registered(UserId id) implements Reply {}

  /**
   * The session has begun.
   *
   * @param offline messages that came while the user was away, for clients that expect them here;
   *     empty for those that carry {@code rid}, which get them as pushes
   */
  record LoggedIn(
      UserId id, String name, List<Friend> friends, List<Group> groups, List<ChatMessage> offline)
      implements Reply {
    public LoggedIn {
      friends = List.copyOf(friends);
      groups = List.copyOf(groups);
      offline = List.copyOf(offline);
    }
  }

  /** The message is stored: it will not be lost. */
  record Sent(ConversationId conversation, long seq, Instant sentAt) implements Reply {}

  /** The user is on the list of friends. */
  record FriendAdded(Friend friend) implements Reply {}

  /** The group exists, or has been joined. */
  record InGroup(Group group) implements Reply {}

  /** One's friends. */
  record Friends(List<Friend> friends) implements Reply {
    public Friends {
      friends = List.copyOf(friends);
    }
  }

  /** One's groups. */
  record Groups(List<Group> groups) implements Reply {
    public Groups {
      groups = List.copyOf(groups);
    }
  }

  /**
   * A page of a group's members.
   *
   * @param more whether others follow: ask again with the last id as {@code after}
   */
  record Members(GroupId group, List<Member> members, boolean more) implements Reply {
    public Members {
      members = List.copyOf(members);
    }
  }

  /** The server's time. */
  record Pong(Instant time) implements Reply {}

  /**
   * Refused.
   *
   * @param detail what exactly, for a person; empty if the code says it all
   * @param retryAfter when to try again, where the server has a view on it
   */
  record Failed(ErrorCode code, String detail, @Nullable Duration retryAfter) implements Reply {
    public Failed(ErrorCode code, String detail) {
      this(code, detail, null);
    }

    /** The failure whose {@link #message} is this. */
    static Failed of(ErrorCode code, String message, @Nullable Duration retryAfter) {
      var prefix = code.text() + ": ";
      if (message.startsWith(prefix)) {
        return new Failed(code, message.substring(prefix.length()), retryAfter);
      }
      return new Failed(code, message.equals(code.text()) ? "" : message, retryAfter);
    }

    /** What a person is told. */
    public String message() {
      return detail.isEmpty() ? code.text() : code.text() + ": " + detail;
    }
  }
}
