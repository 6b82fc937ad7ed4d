package io.chatserver.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request of a client. It never contains the sender: that is the connection's session. */
public sealed interface Command {
  /** The type that carries this command. */
  MessageType type();

  /** Opens an account. */
  record Register(String name, String password) implements Command {
    @Override
    public MessageType type() {
      return MessageType.REGISTER;
    }

    @Override
    public String toString() {
      return "Register[name=" + name + "]";
    }
  }

  /**
   * Logs an account in on this connection.
   *
   * @param remember whether to issue a session token
   * @param resume where to go on, from a client that acknowledges what it receives; null from one
   *     that does not
   * @param entries whether the client reads entries of all kinds, known to it or not; others get
   *     texts only
   */
  record Login(Credentials credentials, boolean remember, @Nullable Resume resume, boolean entries)
      implements Command {
    /** A login of a client that reads texts only. */
    public Login(Credentials credentials, boolean remember, @Nullable Resume resume) {
      this(credentials, remember, resume, false);
    }

    /** A login by password, without more. */
    public Login(Identity who, String password) {
      this(new Credentials.Password(who, password), false, null);
    }

    @Override
    public MessageType type() {
      return MessageType.LOGIN;
    }
  }

  /** How a login shows that it may. */
  sealed interface Credentials {
    /** By the account's password. */
    record Password(Identity who, String password) implements Credentials {
      @Override
      public String toString() {
        return "Password[who=" + who + "]";
      }
    }

    /** By a session token that an earlier login was given. */
    record Token(String token) implements Credentials {
      @Override
      public String toString() {
        return "Token[]";
      }
    }
  }

  /**
   * The cursors of a client.
   *
   * @param cursors the last message that it has of each conversation; a missing conversation
   *     continues after the last message that any client of the user has acknowledged
   * @param epoch the epoch of the log that they belong to; null if the client does not know it
   */
  record Resume(Map<ConversationId, Long> cursors, @Nullable String epoch) {
    /** The cursors of a client that knows no epoch. */
    public Resume(Map<ConversationId, Long> cursors) {
      this(cursors, null);
    }

    public Resume {
      cursors = Map.copyOf(cursors);
    }
  }

  /** How a login names its account. */
  sealed interface Identity {
    /** By number, as the original does. */
    record ById(UserId id) implements Identity {}

    /** By name. */
    record ByName(String name) implements Identity {}
  }

  /** Ends the session; the connection stays and may log in again. */
  record Logout() implements Command {
    @Override
    public MessageType type() {
      return MessageType.LOGOUT;
    }
  }

  /**
   * Sends a text to one user.
   *
   * @param clientId makes a repeat of this command harmless; null if it must not be repeated
   */
  record SendDirect(UserId to, String text, @Nullable ClientMessageId clientId) implements Command {
    public SendDirect(UserId to, String text) {
      this(to, text, null);
    }

    @Override
    public MessageType type() {
      return MessageType.DIRECT_CHAT;
    }
  }

  /**
   * Sends a text to a group.
   *
   * @param clientId makes a repeat of this command harmless; null if it must not be repeated
   */
  record SendGroup(GroupId group, String text, @Nullable ClientMessageId clientId)
      implements Command {
    public SendGroup(GroupId group, String text) {
      this(group, text, null);
    }

    @Override
    public MessageType type() {
      return MessageType.GROUP_CHAT;
    }
  }

  /** Puts a user on one's own list of friends. */
  record AddFriend(UserId friend) implements Command {
    @Override
    public MessageType type() {
      return MessageType.ADD_FRIEND;
    }
  }

  /** Creates a group with oneself as its first member. */
  record CreateGroup(String name, String description) implements Command {
    @Override
    public MessageType type() {
      return MessageType.CREATE_GROUP;
    }
  }

  /** Joins a group. */
  record JoinGroup(GroupId group) implements Command {
    @Override
    public MessageType type() {
      return MessageType.JOIN_GROUP;
    }
  }

  /** Asks for one's friends and whether they are online. */
  record ListFriends() implements Command {
    @Override
    public MessageType type() {
      return MessageType.LIST_FRIENDS;
    }
  }

  /** Asks for one's groups. */
  record ListGroups() implements Command {
    @Override
    public MessageType type() {
      return MessageType.LIST_GROUPS;
    }
  }

  /**
   * Asks for a page of a group's members, in order of their ids.
   *
   * @param after only members with a higher id; null from the start
   */
  record ListMembers(GroupId group, @Nullable UserId after) implements Command {
    @Override
    public MessageType type() {
      return MessageType.LIST_MEMBERS;
    }
  }

  /**
   * Says how far the user is in conversations: everything up to these messages. Never answered
   * without {@code rid}.
   */
  record Acknowledge(Map<ConversationId, Long> received, Map<ConversationId, Long> read)
      implements Command {
    public Acknowledge {
      received = Map.copyOf(received);
      read = Map.copyOf(read);
    }

    @Override
    public MessageType type() {
      return MessageType.ACK;
    }
  }

  /**
   * Asks for a part of a conversation's log: what is directly before or after a message, or the
   * last ones where neither is named.
   */
  record History(
      ConversationId conversation, @Nullable Long before, @Nullable Long after, int limit)
      implements Command {
    /** The most that one answer has. */
    public static final int MAX_LIMIT = 100;

    static final int DEFAULT_LIMIT = 50;

    @Override
    public MessageType type() {
      return MessageType.HISTORY;
    }
  }

  /**
   * Asks for a page of the user's conversations, in order of their numbers.
   *
   * @param after only conversations behind this one; null from the start
   */
  record ListConversations(@Nullable ConversationId after) implements Command {
    @Override
    public MessageType type() {
      return MessageType.LIST_CONVERSATIONS;
    }
  }

  /**
   * Revokes session tokens of the user, and ends the sessions of their families, except this one.
   *
   * @param token one token of the family to revoke; null for all
   */
  record RevokeTokens(@Nullable String token) implements Command {
    @Override
    public MessageType type() {
      return MessageType.REVOKE_TOKENS;
    }

    @Override
    public String toString() {
      return token == null ? "RevokeTokens[all]" : "RevokeTokens[one]";
    }
  }

  /**
   * Changes the user's password, ends all other sessions and revokes all tokens.
   *
   * @param current the current password
   */
  record ChangePassword(String current, String password) implements Command {
    @Override
    public MessageType type() {
      return MessageType.CHANGE_PASSWORD;
    }

    @Override
    public String toString() {
      return "ChangePassword[]";
    }
  }

  /** Looks up an exact name: of a user, a group, both or none. */
  record Find(String name) implements Command {
    @Override
    public MessageType type() {
      return MessageType.FIND;
    }
  }

  /** Keeps the connection alive and asks for the server's time. */
  record Ping() implements Command {
    @Override
    public MessageType type() {
      return MessageType.PING;
    }
  }
}
