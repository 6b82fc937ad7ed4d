package io.chatserver.bench;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Two users who answer each message of the other with a message, so that as many stay in flight
 * between them as were begun with.
 *
 * <p>Threads: the event loop of both users; the public steps may be called from any.
 */
final class Pair implements VirtualUser.Traffic {
  private static final Duration DEFAULT_RETRY = Duration.ofMillis(100);

  private final VirtualUser one;
  private final VirtualUser other;
  private final Load load;
  private final MessageStream fromOne;
  private final MessageStream fromOther;
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();
  private @Nullable SeqWindow seqs;

  /** The first message is out, and the others wait for it. */
  private boolean opening;

  private boolean stopping;
  private boolean movedSinceCheck;

  Pair(VirtualUser one, VirtualUser other, Load load) {
    this.one = one;
    this.other = other;
    this.load = load;
    fromOne = new MessageStream(one.account() + " to " + other.account(), load.violations);
    fromOther = new MessageStream(other.account() + " to " + one.account(), load.violations);
    one.handTo(this);
    other.handTo(this);
  }

  void start() {
    one.loop().execute(this::open);
  }

  /** Sends nothing more; done when nothing is in flight. */
  CompletableFuture<Void> stop() {
    one.loop()
        .execute(() -> {
          stopping = true;
          completeIfQuiet();
        });
    return quiet;
  }

  /** Judges what is still missing after the stop. */
  CompletableFuture<Tally> judge() {
    return CompletableFuture.supplyAsync(this::judgeInLoop, one.loop());
  }

  /** For a wire that loses messages: begins anew if nothing has come since the last call. */
  void restartIfStalled() {
    if (!movedSinceCheck && !stopping) {
      fromOne.abandon();
      fromOther.abandon();
      open();
    }
    movedSinceCheck = false;
  }

  VirtualUser first() {
    return one;
  }

  private void open() {
    opening = true;
    send(one);
    one.flush();
  }

  private void fillWindow() {
    for (int i = 1; i < load.window; i++) {
      send(i % 2 == 0 ? other : one);
    }
    one.flush();
    other.flush();
  }

  private void send(VirtualUser user) {
    long number = streamFrom(user).next(System.nanoTime());
    user.send(number, peerOf(user).id(), load.text.of(number));
  }

  @Override
  public void received(VirtualUser user, ChatMessage message) {
    long number = load.text.numberIn(message.text());
    if (number == 0) {
      return;
    }
    var peer = peerOf(user);
    if (!message.sender().equals(peer.id())) {
      disturbed(user, "a message of " + peer.account() + " came from " + message.sender());
      return;
    }
    long nanos = streamFrom(peer).delivered(number, message.seq(), System.nanoTime());
    if (message.seq() != 0) {
      checkSeq(user, message.seq());
    }
    if (nanos == MessageStream.NOT_COUNTED) {
      return;
    }
    load.latency.record(nanos);
    movedSinceCheck = true;
    if (stopping) {
      completeIfQuiet();
      return;
    }
    send(user);
    if (opening) {
      opening = false;
      fillWindow();
    }
  }

  private void checkSeq(VirtualUser user, long seq) {
    if (seqs == null) {
      seqs = new SeqWindow(seq);
    }
    if (!seqs.add(seq)) {
      disturbed(user, "seq " + seq + " came twice");
    }
  }

  @Override
  public void answered(VirtualUser user, long rid, Reply reply) {
    var stream = streamFrom(user);
    switch (reply) {
      case Reply.Sent sent -> stream.acknowledged(rid, sent.seq());
      case Reply.Failed failed -> {
        stream.refused();
        refused(user, failed);
      }
      default -> disturbed(user, "an answer of another kind: " + reply);
    }
    if (stopping) {
      completeIfQuiet();
    }
  }

  private void refused(VirtualUser user, Reply.Failed failed) {
    if (!failed.code().isRetryable()) {
      disturbed(user, "refused: " + failed.message());
      return;
    }
    var pause = failed.retryAfter() == null ? DEFAULT_RETRY : failed.retryAfter();
    var _ = user.loop().schedule(() -> sendAgain(user), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void sendAgain(VirtualUser user) {
    if (!stopping) {
      send(user);
      user.flush();
    }
  }

  @Override
  public void disturbed(VirtualUser user, String what) {
    load.violations.add(user.account() + ": " + what);
  }

  private void completeIfQuiet() {
    boolean answered = !load.promised || fromOne.unanswered() + fromOther.unanswered() == 0;
    if (answered && fromOne.inFlight() + fromOther.inFlight() == 0) {
      quiet.complete(null);
    }
  }

  private Tally judgeInLoop() {
    one.handTo(VirtualUser.Traffic.NONE);
    other.handTo(VirtualUser.Traffic.NONE);
    fromOne.abandon();
    fromOther.abandon();
    long lost = fromOne.lost() + fromOther.lost();
    if (load.promised) {
      long unanswered = fromOne.unanswered() + fromOther.unanswered();
      if (lost > 0) {
        disturbed(one, lost + " messages with " + other.account() + " were not delivered");
      }
      if (unanswered > 0) {
        disturbed(one, unanswered + " messages with " + other.account() + " were not answered");
      }
      if (seqs != null && seqs.missing() != 0) {
        disturbed(one, "seq " + seqs.missing() + " with " + other.account() + " is missing");
      }
    }
    return new Tally(lost, fromOne.refusals() + fromOther.refusals());
  }

  private MessageStream streamFrom(VirtualUser user) {
    return user == one ? fromOne : fromOther;
  }

  private VirtualUser peerOf(VirtualUser user) {
    return user == one ? other : one;
  }

  /**
   * What the pairs of a run share.
   *
   * @param promised whether the wire promises delivery, so that a loss is a violation
   */
  record Load(
      int window,
      MessageText text,
      boolean promised,
      LatencyRecorder latency,
      Violations violations) {}
}
