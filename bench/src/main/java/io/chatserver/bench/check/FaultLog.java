package io.chatserver.bench.check;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What was done to the server, and when.
 *
 * <p>Threads: any.
 */
public final class FaultLog {
  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final LongSupplier clock;
  private final Consumer<Fault> listener;

  /**
   * Something that was done.
   *
   * @param kind its name
   * @param from nanoseconds since the check began
   * @param to when it was over
   */
  public record Fault(String kind, long from, long to) {}

  /** Does it. */
  @FunctionalInterface
  public interface Strike {
    /** Does it, and ends when it is over. */
    void run() throws InterruptedException;
  }

  /**
   * Creates an empty one.
   *
   * @param clock nanoseconds since the check began
   * @param listener hears of each fault when it is over
   */
  public FaultLog(LongSupplier clock, Consumer<Fault> listener) {
    this.clock = clock;
    this.listener = listener;
  }

  /** Does something, and notes it down. */
  public void strike(String kind, Strike strike) throws InterruptedException {
    long from = clock.getAsLong();
    strike.run();
    var fault = new Fault(kind, from, clock.getAsLong());
    faults.add(fault);
    listener.accept(fault);
  }

  List<Fault> faults() {
    return List.copyOf(faults);
  }
}
