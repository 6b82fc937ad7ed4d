package io.chatserver.protocol;

import org.jspecify.annotations.Nullable;

/** What a client may ask for. Who asks is never part of it: that is the connection's session. */
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

  /** Logs an account in on this connection. */
  record Login(Identity who, String password) implements Command {
    @Override
    public MessageType type() {
      return MessageType.LOGIN;
    }

    @Override
    public String toString() {
      return "Login[who=" + who + "]";
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

  /** Sends a text to one user. */
  record SendDirect(UserId to, String text) implements Command {
    @Override
    public MessageType type() {
      return MessageType.DIRECT_CHAT;
    }
  }

  /** Sends a text to a group. */
  record SendGroup(GroupId group, String text) implements Command {
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

  /** Keeps the connection alive and asks for the server's time. */
  record Ping() implements Command {
    @Override
    public MessageType type() {
      return MessageType.PING;
    }
  }
}
