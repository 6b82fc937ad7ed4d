package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What the writers of the log need of the database: a key {@code (conversation, seq)}, and another
 * one of the sender's own ids, which reject what is there already.
 *
 * <p>Threads: any; every call blocks.
 */
interface LogStore {
  /**
   * Numbers a batch, and stores its rows, all or none, in one transaction. Where a direct message
   * is the first of its conversation, both people become members. Where a key is taken, it fails as
   * a duplicate.
   *
   * @param locked conversations that no other transaction which does the same may write meanwhile
   * @param numbering numbers the batch by what the transaction reads; called once more, from the
   *     start, if the database broke off the transaction
   * @param rows gives the rows of what was numbered
   * @throws io.chatserver.server.storage.StorageException if it failed
   */
  <T> T store(
      Set<ConversationId> locked, Function<Reads, T> numbering, Function<T, List<Row>> rows);

  /** The epoch of the log, as it was read last; read anew by each new connection. */
  String epoch();

  /** Begins a new epoch of the log, unless it is not the old one any more. */
  void renewEpoch(String old);

  /** Someone who says something in a conversation. */
  record Sender(ConversationId conversation, UserId user) {}

  /** What can be read inside the transaction. */
  interface Reads {
    /** The heads of conversations; one that is empty may be missing. */
    Map<ConversationId, Head> heads(Collection<ConversationId> conversations);

    /** Those of these that are stored. */
    Map<Row.Key, Known> find(Collection<Row.Key> keys);

    /** Those of these who are members now. */
    Set<Sender> members(Collection<Sender> senders);
  }
}
