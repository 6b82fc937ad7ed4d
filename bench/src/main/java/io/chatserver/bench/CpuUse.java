package io.chatserver.bench;

import io.chatserver.bench.process.ProcessUsage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CPU time of the processes that take part in a run.
 *
 * @param server of all nodes together; null where it is not known
 * @param database null where there is none, or it is not known
 * @param relay the same
 */
record CpuUse(
    @Nullable Duration server,
    @Nullable Duration database,
    @Nullable Duration relay,
    Duration bench) {
  /** What was used up to now. */
  static CpuUse of(Target target) {
    return new CpuUse(
        cpuTime(target.servers()),
        cpuTime(target.database()),
        cpuTime(target.relay()),
        ProcessUsage.self().cpuTime());
  }

  CpuUse since(CpuUse start) {
    return new CpuUse(
        difference(server, start.server),
        difference(database, start.database),
        difference(relay, start.relay),
        bench.minus(start.bench));
  }

  private static @Nullable Duration cpuTime(List<ProcessUsage> usages) {
    return usages.stream().map(ProcessUsage::cpuTime).reduce(Duration::plus).orElse(null);
  }

  private static @Nullable Duration cpuTime(@Nullable ProcessUsage usage) {
    return usage == null ? null : usage.cpuTime();
  }

  private static @Nullable Duration difference(@Nullable Duration end, @Nullable Duration start) {
    return end == null || start == null ? null : end.minus(start);
  }
}
