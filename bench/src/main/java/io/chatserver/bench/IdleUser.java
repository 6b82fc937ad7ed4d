package io.chatserver.bench;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Reply;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A user who says nothing and is asked in the end whether he is still there.
 *
 * <p>Threads: the event loop of the user; {@link #probe} any.
 */
final class IdleUser implements VirtualUser.Traffic {
  private final VirtualUser user;
  private final Meter meter;

  IdleUser(VirtualUser user, Meter meter) {
    this.user = user;
    this.meter = meter;
    user.handTo(this);
  }

  /** Asks something that is always answered; done with whether it was. */
  CompletableFuture<Boolean> probe(Wire wire) {
    long start = System.nanoTime();
    return user.ask(wire.probe(user.account()), Crew.REPLY_TIMEOUT)
        .handle((reply, failure) -> {
          if (failure != null || isNone(reply)) {
            violated("no answer: " + (failure == null ? reply : failure));
            return false;
          }
          meter.done(System.nanoTime() - start);
          return true;
        });
  }

  private static boolean isNone(@Nullable Reply reply) {
    return reply instanceof Reply.Failed failed && failed.code().isRetryable();
  }

  /** Takes no notice of what comes from now on. */
  void leave() {
    user.handTo(VirtualUser.Traffic.NONE);
  }

  @Override
  public void received(VirtualUser receiver, ChatMessage message) {
    violated("got a message of " + message.sender());
  }

  @Override
  public void answered(VirtualUser asker, long rid, Reply reply) {
    violated("an answer to nothing: " + reply);
  }

  @Override
  public void disturbed(VirtualUser disturbed, String what) {
    violated(what);
  }

  private void violated(String what) {
    meter.violations().add(user.account() + ": " + what);
  }
}
