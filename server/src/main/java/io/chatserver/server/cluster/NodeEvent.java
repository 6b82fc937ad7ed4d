package io.chatserver.server.cluster;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.Head;

/** What one node tells another: hints all of them, for the truth is in the database. */
public sealed interface NodeEvent {
  /**
   * The node that says this knows the other from now on, or failed to tell it something; what it
   * stored before has to be looked for.
   */
  record Met() implements NodeEvent {}

  /**
   * An entry was stored.
   *
   * @param head the conversation's head when it was the last entry
   */
  record Stored(LogEntry entry, Head head) implements NodeEvent {}

  /**
   * A user has joined a group.
   *
   * @param place the last message that he does not get
   */
  record Joined(UserId user, GroupId group, long place) implements NodeEvent {}

  /**
   * A user has a session that began, which replaces his older ones.
   *
   * @param order which of his sessions is newer: the one of the higher order
   */
  record Began(UserId user, long order) implements NodeEvent {}

  /** A user has got so far in a direct conversation. */
  record Moved(ConversationId conversation, UserId user, Place place) implements NodeEvent {}
}
