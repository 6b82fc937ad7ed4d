package io.chatserver.bench;

import io.chatserver.bench.process.ProcessUsage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * CPU time of the processes that take part in a run.
 *
 * @param server null where it is not known
 * @param database null where there is none, or it is not known
 */
record CpuUse(@Nullable Duration server, @Nullable Duration database, Duration bench) {
  /** What was used up to now. */
  static CpuUse of(Target target) {
    return new CpuUse(
        cpuTime(target.server()), cpuTime(target.database()), ProcessUsage.self().cpuTime());
  }

  CpuUse since(CpuUse start) {
    return new CpuUse(
        difference(server, start.server),
        difference(database, start.database),
        bench.minus(start.bench));
  }

  private static @Nullable Duration cpuTime(@Nullable ProcessUsage usage) {
    return usage == null ? null : usage.cpuTime();
  }

  private static @Nullable Duration difference(@Nullable Duration end, @Nullable Duration start) {
    return end == null || start == null ? null : end.minus(start);
  }
}
