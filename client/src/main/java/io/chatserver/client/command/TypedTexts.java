package io.chatserver.client.command;

import io.chatserver.client.delivery.Outgoing;
import io.chatserver.protocol.ClientMessageId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The texts whose outcome is awaited, and the line that was typed for each.
 *
 * <p>Threads: any.
 */
final class TypedTexts {
  /** A text whose outcome is awaited. */
  record Typed(String line, CompletableFuture<Boolean> settled) {}

  private final Map<ClientMessageId, Typed> typedById = new HashMap<>();

  /** Sends a text; its outcome, which may come before that returns, is held up until it does. */
  synchronized CompletableFuture<Boolean> add(String line, Supplier<Outgoing> send) {
    return add(line, send.get());
  }

  /** Awaits a text of an earlier run. */
  synchronized CompletableFuture<Boolean> add(Outgoing message) {
    return add(message.text(), message);
  }

  private CompletableFuture<Boolean> add(String line, Outgoing message) {
    var typed = new Typed(line, new CompletableFuture<>());
    typedById.put(message.id(), typed);
    return typed.settled;
  }

  /** The line of a text whose outcome has come. */
  synchronized Typed take(Outgoing message) {
    var typed = typedById.remove(message.id());
    return typed == null ? new Typed(message.text(), new CompletableFuture<>()) : typed;
  }

  /** Awaits none of them any longer. */
  void giveUp() {
    List<Typed> all;
    synchronized (this) {
      all = List.copyOf(typedById.values());
      typedById.clear();
    }
    all.forEach(typed -> typed.settled.complete(false));
  }
}
