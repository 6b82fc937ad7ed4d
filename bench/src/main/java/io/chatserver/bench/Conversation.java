package io.chatserver.bench;

import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;

/**
 * Users of one event loop who exchange messages, and the checks of what arrives.
 *
 * <p>Threads: the event loop of its users, but for {@link #start}, {@link #stop} and {@link
 * #judge}.
 */
sealed interface Conversation permits Pair, Room {
  EventLoop loop();

  /**
   * Sends the first message, and when it has arrived goes on: in a closed loop with as many as the
   * window has, in an open loop when {@link #send} is called.
   */
  void start();

  /**
   * Sends one message of an open loop.
   *
   * @param due the {@link System#nanoTime} from which its latency counts
   * @return false if it was left out, for too much is in flight
   */
  boolean send(long due);

  /** For a wire that loses messages: begins anew if nothing has come since the last call. */
  void restartIfStalled();

  /** Sends nothing more; done when nothing is in flight. */
  CompletableFuture<Void> stop();

  /** Judges what is still missing after the stop. */
  CompletableFuture<Tally> judge();
}
