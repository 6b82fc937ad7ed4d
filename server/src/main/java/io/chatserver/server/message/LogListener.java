package io.chatserver.server.message;

import java.util.List;

/**
 * Hears what became of drafts.
 *
 * <p>Threads: called by the log's writers, each of which goes on when the call returns.
 */
public interface LogListener<D extends Draft> {
  /** These are stored for good; those of one conversation in the order of their {@code seq}. */
  void committed(List<Committed<D>> batch);

  /** These were said before, under the same client message id: they stand where they stood. */
  void repeated(List<Committed<D>> drafts);

  /** Something else was said under the client message id of these. */
  void conflicting(List<D> drafts);

  /** The senders of these may not say anything there any more. */
  void refused(List<D> drafts);

  /** An entry that is no text is stored for good. */
  void changed(StoredEntry stored);

  /**
   * The database failed to store a batch; it is unknown whether the messages are stored.
   *
   * @param cause mostly a {@link io.chatserver.server.storage.StorageException}
   */
  void failed(List<D> batch, Throwable cause);
}
