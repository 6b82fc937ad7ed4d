package io.chatserver.bench;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.util.concurrent.CompletableFuture;

/**
 * A user who logs in to messages of one sender that wait for him, and takes each once, in order,
 * under contiguous numbers.
 *
 * <p>Threads: the event loop of the user; {@link #comeBack} any.
 */
final class Returning implements VirtualUser.Traffic {
  private final VirtualUser user;
  private final UserId sender;
  private final int expected;
  private final MessageText text;
  private final Crew crew;
  private final Meter meter;
  private final CompletableFuture<Void> served = new CompletableFuture<>();
  private volatile long start;
  private volatile int taken;
  private long lastNumber;
  private long lastSeq;

  Returning(VirtualUser user, UserId sender, int expected, MessageText text, Scenario.Stage stage) {
    this.user = user;
    this.sender = sender;
    this.expected = expected;
    this.text = text;
    crew = stage.crew();
    meter = stage.meter();
  }

  /** Logs in; all latencies count from now. */
  void comeBack() {
    start = System.nanoTime();
    user.handTo(this);
    var _ =
        user.ask(crew.wire().login(user.account()), Crew.REPLY_TIMEOUT)
            .whenComplete((reply, failure) -> {
              if (reply instanceof Reply.LoggedIn login) {
                login.offline().forEach(this::take);
              } else {
                violated("logging in: " + (failure == null ? reply : failure));
              }
            });
  }

  /** Done when the last message is there. */
  CompletableFuture<Void> served() {
    return served;
  }

  /** Messages that have not come, judged at the end. */
  long missing() {
    user.handTo(VirtualUser.Traffic.NONE);
    int missing = expected - taken;
    if (missing > 0 && crew.wire().promisesDelivery()) {
      violated(missing + " messages were not delivered");
    }
    return missing;
  }

  @Override
  public void received(VirtualUser receiver, ChatMessage message) {
    take(message);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  private void take(ChatMessage message) {
    long number = text.numberIn(message.text());
    if (number == 0) {
      return;
    }
    if (!message.sender().equals(sender)) {
      violated("message " + number + " came from " + message.sender());
      return;
    }
    if (number <= lastNumber) {
      violated("message " + number + " came after " + lastNumber);
      return;
    }
    if (lastSeq != 0 && message.seq() != lastSeq + 1) {
      violated("seq " + message.seq() + " came after " + lastSeq);
    }
    lastNumber = number;
    lastSeq = message.seq();
    taken++;
    meter.done(System.nanoTime() - start);
    if (number == expected) {
      served.complete(null);
    }
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
