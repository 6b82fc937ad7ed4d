package io.chatserver.bench;

import io.chatserver.bench.process.ProcessUsage;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** Short runs of scenarios. */
final class Runs {
  private static final PrintWriter NOWHERE = new PrintWriter(Writer.nullWriter());
  private static final Duration WARM_UP = Duration.ofMillis(50);
  private static final Duration MEASURED = Duration.ofMillis(200);

  private Runs() {}

  static Report run(FakeChatServer server, Wire wire, Scenario scenario) {
    return run(server.address(), wire, scenario, MEASURED);
  }

  static Report run(InetSocketAddress address, Wire wire, Scenario scenario, Duration measured) {
    return run(address, wire, scenario, WARM_UP, measured);
  }

  /** One of which all is measured, until it ends by itself or the time is over. */
  static Report runCold(FakeChatServer server, Wire wire, Scenario scenario, Duration longest) {
    return run(server.address(), wire, scenario, Duration.ZERO, longest);
  }

  private static Report run(
      InetSocketAddress address, Wire wire, Scenario scenario, Duration warmUp, Duration measured) {
    var phases = new Runner.Phases(warmUp, measured, 2);
    var target = Target.running(List.of(address), null, List.of(ProcessUsage.self()), null);
    var names = new Crew.Names("bench", "t" + System.nanoTime());
    return new Runner(target, wire, phases, NOWHERE).run(scenario, names);
  }
}
