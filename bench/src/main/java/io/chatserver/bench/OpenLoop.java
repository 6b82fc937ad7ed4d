package io.chatserver.bench;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends by the clock, whether or not the server keeps up: what is due late is made at once, and its
 * latency counts from when it was due.
 *
 * <p>Threads: the event loop of its conversations; start and stop may be called from any.
 */
final class OpenLoop {
  /** A timer of an idle machine is up to a tenth of this behind. */
  private static final long LATE_NANOS = 1_000_000;

  private final EventLoop loop;
  private final List<? extends Conversation> conversations;
  private final Schedule schedule;
  private final Meter meter;
  private long next;
  private volatile boolean stopped;

  /** Creates the load of conversations that live on one event loop and take turns. */
  OpenLoop(List<? extends Conversation> conversations, Schedule schedule, Meter meter) {
    this.loop = conversations.getFirst().loop();
    this.conversations = conversations;
    this.schedule = schedule;
    this.meter = meter;
  }

  void start() {
    loop.execute(this::sendWhatIsDue);
  }

  void stop() {
    stopped = true;
  }

  private void sendWhatIsDue() {
    long now = System.nanoTime();
    for (; !stopped && schedule.dueAt(next) - now <= 0; next++) {
      send(conversations.get((int) (next % conversations.size())), schedule.dueAt(next));
    }
    if (!stopped) {
      long wait = schedule.dueAt(next) - System.nanoTime();
      var _ = loop.schedule(this::sendWhatIsDue, Math.max(0, wait), TimeUnit.NANOSECONDS);
    }
  }

  private void send(Conversation conversation, long due) {
    if (!conversation.send(due)) {
      meter.notSent();
    } else if (System.nanoTime() - due > LATE_NANOS) {
      meter.sentLate();
    }
  }
}
