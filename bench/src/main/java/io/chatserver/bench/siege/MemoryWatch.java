package io.chatserver.bench.siege;

import io.chatserver.bench.process.ProcessFailed;
import io.chatserver.bench.process.ProcessUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Samples the resident memory of a server during the attack.
 *
 * <p>Threads: its own; any reads the results after it has ended.
 */
final class MemoryWatch implements Runnable {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final ProcessUsage usage;
  private final List<Long> samples = Collections.synchronizedList(new ArrayList<>());

  MemoryWatch(ProcessUsage usage) {
    this.usage = usage;
  }

  @Override
  public void run() {
    try {
      while (true) {
        samples.add(usage.residentBytes());
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ProcessFailed _) {
      // The process has ended; other checks report that.
    }
  }

  MemoryUse use() {
    return new MemoryUse(List.copyOf(samples));
  }
}
