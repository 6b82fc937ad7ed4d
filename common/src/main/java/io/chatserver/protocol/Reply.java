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
   * @param token what to log in with the next time, where the client asked for it
   * @param server what the server says of itself to clients that carry {@code rid}; null to others
   */
  record LoggedIn(
      UserId id,
      String name,
      List<Friend> friends,
      List<Group> groups,
      List<ChatMessage> offline,
      @Nullable SessionToken token,
      @Nullable ServerInfo server)
      implements Reply {
    /** Without a word on the server. */
    public LoggedIn(
        UserId id,
        String name,
        List<Friend> friends,
        List<Group> groups,
        List<ChatMessage> offline,
        @Nullable SessionToken token) {
      this(id, name, friends, groups, offline, token, null);
    }

    /** Without a token. */
    public LoggedIn(
        UserId id,
        String name,
        List<Friend> friends,
        List<Group> groups,
        List<ChatMessage> offline) {
      this(id, name, friends, groups, offline, null);
    }

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

  /**
   * A part of a conversation's log, in its order.
   *
   * @param more whether there are others in the direction that was asked for
   * @param span what the page covers; null for a session that reads texts only
   */
  record History(
      ConversationId conversation, List<LogEntry> entries, boolean more, @Nullable Span span)
      implements Reply {
    public History {
      entries = List.copyOf(entries);
    }

    /** A page of texts, for a session that reads texts only. */
    public History(ConversationId conversation, List<ChatMessage> messages, boolean more) {
      this(conversation, List.copyOf(messages), more, null);
    }

    /** The texts. */
    public List<ChatMessage> messages() {
      return LogEntry.texts(entries);
    }
  }

  /**
   * A page of the user's conversations.
   *
   * @param more whether others follow: ask again with the last one as {@code after_conversation}
   */
  record Conversations(List<ConversationState> conversations, boolean more) implements Reply {
    public Conversations {
      conversations = List.copyOf(conversations);
    }
  }

  /**
   * The result of a name lookup.
   *
   * @param user the user of that name; null if there is none
   * @param group the group of that name; null if there is none
   */
  record Found(@Nullable UserId user, @Nullable GroupId group) implements Reply {}

  /**
   * The server's time.
   *
   * @param digest the {@link StreamDigest} of what was pushed before this, on a session that
   *     acknowledges; null on others
   * @param epoch the epoch of the log; null without a session
   */
  record Pong(Instant time, @Nullable String digest, @Nullable String epoch) implements Reply {
    public Pong(Instant time, @Nullable String digest) {
      this(time, digest, null);
    }

    public Pong(Instant time) {
      this(time, null, null);
    }
  }

  /**
   * Refused.
   *
   * @param detail a detail for users; empty if the code is enough
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

    /** The text for users. */
    public String message() {
      return detail.isEmpty() ? code.text() : code.text() + ": " + detail;
    }
  }
}
