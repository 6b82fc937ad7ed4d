package io.chatserver.client.net;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.Reply;
import java.util.concurrent.CompletableFuture;

/**
 * A command on its way, and who waits for its reply.
 *
 * @param settled runs before the reply is told
 */
record PendingRequest(Command command, CompletableFuture<Reply> reply, Runnable settled) {
  void answer(Reply value) {
    settled.run();
    reply.complete(value);
  }

  void fail(RequestException why) {
    settled.run();
    reply.completeExceptionally(why);
  }
}
