package io.chatserver.bench.check;

import io.chatserver.protocol.ConversationId;

/** Why a device asked something of the server: by this it understands the answer. */
sealed interface Errand {
  /** To begin a session. */
  record LogIn() implements Errand {}

  /** To send a message of its outbox. */
  record Say(Outbox.Letter letter) implements Errand {}

  /** To send one again whose outcome it knows; it must stand where it stood. */
  record Repeat(Outbox.Letter letter) implements Errand {}

  /** To send another text under the id of one that was sent; that must be refused. */
  record Forge(Outbox.Letter forgery) implements Errand {}

  /** To read in a conversation. */
  record Look(ConversationId conversation) implements Errand {}

  /** To find the first message that is to be seen in a conversation. */
  record LookForFirst(ConversationId conversation) implements Errand {}

  /** To see how the conversations stand. */
  record Survey() implements Errand {}

  /** To compare digests. */
  record Compare() implements Errand {}

  /** To join a group. */
  record Join(ConversationId conversation) implements Errand {}

  /** To get into a conversation of others; that must be refused. */
  record Intrude(ConversationId conversation) implements Errand {}
}
