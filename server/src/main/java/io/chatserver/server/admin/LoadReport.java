package io.chatserver.server.admin;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chatserver.server.cluster.NodeLoad;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What a node has to do just now.
 *
 * <p>Threads: any.
 */
public final class LoadReport implements Supplier<NodeLoad> {
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private final Observed parts;
  private final String version;

  @GuardedBy("this") private long measuredNanos = System.nanoTime();

  @GuardedBy("this") private long messages;

  @GuardedBy("this") private long messagesPerSecond;

  /**
   * Creates it.
   *
   * @param version of the program
   */
  public LoadReport(Observed parts, String version) {
    this.parts = parts;
    this.version = version;
  }

  @Override
  public NodeLoad get() {
    return new NodeLoad(
        parts.transport().connections(),
        messagesPerSecond(),
        parts.source().behind(),
        parts.transport().isDraining(),
        version);
  }

  /** Of the last second or so, whoever asks, and however often. */
  private synchronized long messagesPerSecond() {
    long now = System.nanoTime();
    double seconds = (now - measuredNanos) / 1e9;
    if (now - measuredNanos >= SHORTEST.toNanos()) {
      long stored = parts.log().messages();
      messagesPerSecond = Math.round((stored - messages) / seconds);
      messages = stored;
      measuredNanos = now;
    }
    return messagesPerSecond;
  }
}
