package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.process.ProcessFailed;
import io.chatserver.bench.process.RestartableProcess;
import io.chatserver.bench.process.ServerCluster;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cluster that {@code bench lab} and {@code ./autobuild.sh cluster} start. */
class ServerClusterIT {
  @TempDir private Path directory;

  /** What the lab must not take for one of its own faults. */
  @Test
  void noticesWhatHasDiedByItselfAndLeavesNothingBehind() {
    try (var cluster = ServerCluster.start(directory, ServerCluster.Ports.free(), Map.of())) {
      cluster.checkAlive();
      var all =
          cluster.processes().values().stream()
              .map(RestartableProcess::pid)
              .flatMap(pid -> ProcessHandle.of(pid).stream())
              .flatMap(each -> Stream.concat(Stream.of(each), each.descendants()))
              .toList();
      ProcessHandle.of(cluster.nodes().get(1).process().pid()).orElseThrow().destroyForcibly();
      await().until(() -> !cluster.nodes().get(1).process().isAlive());

      assertThatThrownBy(cluster::checkAlive)
          .isInstanceOf(ProcessFailed.class)
          .hasMessageStartingWith("node two has died");
      cluster.stop();
      assertThat(all).hasSizeGreaterThan(6).noneMatch(ProcessHandle::isAlive);
    }
  }
}
