package io.chatserver.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connections that together would hold more than the JVM has: of each kind alone, and of all at
 * once. The server lives, serves two well-behaved users meanwhile, and holds nothing afterwards.
 */
@SuppressWarnings("NullAway.Init") // Each test starts its own server first.
class MemoryBudgetIT {
  private static final String BUFFERS = " -Dio.netty.maxDirectMemory=" + (32 << 20);
  private static final String HALF_AN_OBJECT =
      "{\"msgid\":6,\"rid\":4,\"toid\":1,\"msg\":\"" + "x".repeat(60_000);

  @TempDir private Path directory;

  @Test
  void aQuarterGigabyteOfHeapWithstandsEachKindAloneAndAllTogether(TestReporter report)
      throws IOException {
    try (var server = new AttackedServer(directory, "-Xmx256m" + BUFFERS)) {
      // 26 MB of buffers.
      report.publishEntry("frames", server.withstands(_ -> HALF_AN_OBJECT));
      // 26 MB, in twice the buffers.
      report.publishEntry("answers", server.withstands(_ -> pings()));
      // 140 MB of heap at most, which wait for a history that another connection does not read.
      report.publishEntry("requests", server.withstands(_ -> history(server) + places()));
      // 100 pages of 130 KB, in buffers of 256 KiB.
      report.publishEntry("pages", server.withstands(_ -> history(server).repeat(3)));
      report.publishEntry("all", server.withstands(i -> anything(server, i)));
    }
  }

  @Test
  void halfAGigabyteOfHeapWithstandsAllTogether(TestReporter report) throws IOException {
    try (var server = new AttackedServer(directory, "-Xmx512m" + BUFFERS)) {
      report.publishEntry("all", server.withstands(i -> anything(server, i)));
    }
  }

  private static String anything(AttackedServer server, int i) {
    return switch (i % 4) {
      case 0 -> HALF_AN_OBJECT;
      case 1 -> pings();
      case 2 -> history(server) + places();
      default -> history(server).repeat(3);
    };
  }

  /** Their answers are more than the 64 KiB after which a connection is not read. */
  private static String pings() {
    return "{\"msgid\":12,\"rid\":2}\n".repeat(1700);
  }

  private static String places() {
    return IntStream.range(1000, 7000)
        .mapToObj(i -> "\"g" + i + "\":1")
        .collect(Collectors.joining(",", "{\"msgid\":18,\"rid\":3,\"received\":{", "}}\n"));
  }

  private static String history(AttackedServer server) {
    return "{\"msgid\":21,\"rid\":3,\"conversation\":\"g%d\",\"limit\":100}\n"
        .formatted(server.group().value());
  }
}
