package io.chatserver.server.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatserver.server.config.ConfigException;
import io.chatserver.server.config.ConfigLoader;
import io.chatserver.server.config.ServerConfig;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final long MIB = 1024 * 1024;

  private static ServerConfig config(String... settings) throws ConfigException {
    var overrides = new HashMap<>(Map.of("listen.threads", "2"));
    for (var setting : settings) {
      var parts = setting.split("=", 2);
      overrides.put(parts[0], parts[1]);
    }
    return ConfigLoader.load(null, Map.of(), overrides);
  }

  private static Amount jvm(long heapMib, long directMib) {
    return new Amount(heapMib * MIB, directMib * MIB);
  }

  @Test
  void theBudgetIsMostOfWhatTheProgramLeaves() throws ConfigException {
    var plan = MemoryPlan.of(config(), jvm(512, 448));

    assertThat(plan.budget().heap()).isBetween(300 * MIB, 330 * MIB);
    assertThat(plan.budget().direct()).isBetween(310 * MIB, 320 * MIB);
    assertThat(plan)
        .hasToString(
            "connections may hold 313 MiB of the heap's 512 MiB and 314 MiB of 448 MiB for"
                + " buffers, together");
  }

  @Test
  void theDefaultsFitIntoAQuarterGigabyte() throws ConfigException {
    assertThat(MemoryPlan.of(config(), jvm(256, 448)).budget().heap()).isPositive();
  }

  @Test
  void settingsThatCannotFitAreRefusedWithTheSum() throws ConfigException {
    var many = config("limits.connections=100000", "account.hash_threads=8");

    assertThatThrownBy(() -> MemoryPlan.of(many, jvm(512, 448)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "the settings need a heap of 570 MiB, but the JVM has 512 MiB (-Xmx in JAVA_OPTS):"
                + " 391 MiB for limits.connections = 100000 x 4 KiB,"
                + " 152 MiB for account.hash_threads = 8 x account.hash_memory_kib = 19456,"
                + " 1 MiB for limits.frame_bytes = 65536 x 8 x 2 event loops,"
                + " 2 MiB for a page with limits.groups = 500, limits.friends = 1000,"
                + " 24 MiB for the program");
  }

  @Test
  void buffersThatCannotFitAreRefusedWithTheSum() throws ConfigException {
    var large = config("limits.frame_bytes=16777216");

    assertThatThrownBy(() -> MemoryPlan.of(large, jvm(2048, 64)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "the settings need buffers of 100 MiB, but the JVM has 64 MiB"
                + " (-Dio.netty.maxDirectMemory): 96 MiB for limits.frame_bytes = 16777216 x 3 x 2"
                + " event loops, 4 MiB for two pages with limits.groups = 500, limits.friends = 1000");
  }
}
