package io.chatserver.client.command;

/** A line that was typed, understood. Users and groups are still as they were written. */
public sealed interface Input {
  /** What a {@link CommandRunner} does; the rest concerns the one who reads the lines. */
  sealed interface Action extends Input {}

  /** A text for one user. */
  record Message(String user, String text) implements Action {}

  /** A text for a group. */
  record GroupMessage(String group, String text) implements Action {}

  /** A text for the current conversation. */
  record Plain(String text) implements Action {}

  /** Makes a conversation the current one. */
  record TalkTo(String target) implements Action {}

  /** Puts a user on the list of friends. */
  record AddFriend(String user) implements Action {}

  /** Creates a group. */
  record CreateGroup(String name, String description) implements Action {}

  /** Joins a group. */
  record Join(String group) implements Action {}

  /** Lists the friends. */
  record Friends() implements Action {}

  /** Lists the groups. */
  record Groups() implements Action {}

  /** Lists the members of a group. */
  record Members(String group) implements Action {}

  /** Shows the last messages of the current conversation. */
  record History(int count) implements Action {}

  /** A command that is wrong in itself. */
  record Wrong(String reason) implements Action {}

  /** Ends the session. */
  record Logout() implements Input {}

  /** Shows the commands. */
  record Help() implements Input {}

  /** Ends the program. */
  record Quit() implements Input {}

  /** An empty line. */
  record Nothing() implements Input {}
}
