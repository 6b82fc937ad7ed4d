package io.chatserver.bench;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A user who sends messages to one place, and what the server answers to them.
 *
 * <p>Threads: the event loop of the user.
 */
final class Speaker {
  private static final Duration DEFAULT_RETRY = Duration.ofMillis(100);

  private final VirtualUser user;
  private final Function<String, Command> says;
  private final Talk.Load load;
  private final MessageStream stream;
  private boolean stopping;

  /**
   * Creates one.
   *
   * @param name of the stream of messages, for a person
   * @param says makes the command of a text
   */
  Speaker(VirtualUser user, String name, Function<String, Command> says, Talk.Load load) {
    this.user = user;
    this.says = says;
    this.load = load;
    stream = new MessageStream(name, load.meter().violations());
  }

  VirtualUser user() {
    return user;
  }

  MessageStream stream() {
    return stream;
  }

  /** Writes a message, whose latency counts from {@code since}, without a flush. */
  long say(long since) {
    long number = stream.next(since);
    load.meter().sent();
    user.send(number, says.apply(load.text().of(number)));
    return number;
  }

  void answered(long rid, Reply reply) {
    switch (reply) {
      case Reply.Sent sent -> stream.acknowledged(rid, sent.seq());
      case Reply.Failed failed -> {
        stream.refused();
        refused(failed);
      }
      default -> violated("an answer of another kind: " + reply);
    }
  }

  /** In an open loop the next message is sent in its time anyway. */
  private void refused(Reply.Failed failed) {
    if (!failed.code().isRetryable()) {
      violated("refused: " + failed.message());
    } else if (!load.isOpen()) {
      var pause = failed.retryAfter() == null ? DEFAULT_RETRY : failed.retryAfter();
      var _ = user.loop().schedule(this::sayAgain, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void sayAgain() {
    if (!stopping) {
      say(System.nanoTime());
      user.flush();
    }
  }

  /** Sends nothing again from now on. */
  void stop() {
    stopping = true;
  }

  /** Whether nothing is in flight, and where that is promised everything is answered. */
  boolean isQuiet() {
    return stream.inFlight() == 0 && (!load.promised() || stream.unanswered() == 0);
  }

  void violated(String what) {
    load.meter().violations().add(user.account() + ": " + what);
  }
}
