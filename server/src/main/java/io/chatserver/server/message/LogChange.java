package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A change of a conversation's state that waits to be written, with the entry that tells of it, by
 * the conversation's writer.
 *
 * <p>Threads: {@link #run} and {@link #fail} the writer's; {@link #await} any.
 */
final class LogChange<T> {
  private final ConversationId conversation;
  private final Supplier<Changed<T>> work;
  private final CompletableFuture<T> done = new CompletableFuture<>();

  LogChange(ConversationId conversation, Supplier<Changed<T>> work) {
    this.conversation = conversation;
    this.work = work;
  }

  ConversationId conversation() {
    return conversation;
  }

  /**
   * Does it.
   *
   * @param stored called with the entry, before whoever waits for the change goes on
   */
  void run(Consumer<StoredEntry> stored) {
    var changed = work.get();
    if (changed.entry() != null) {
      stored.accept(changed.entry());
    }
    done.complete(changed.result());
  }

  void fail(Throwable cause) {
    done.completeExceptionally(cause);
  }

  /** Waits until it is done; throws what the work threw. */
  T await() {
    try {
      return done.join();
    } catch (CompletionException e) {
      throw thrown(e.getCause());
    }
  }

  private static RuntimeException thrown(@Nullable Throwable cause) {
    return switch (cause) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      case null, default -> new IllegalStateException(cause);
    };
  }
}
