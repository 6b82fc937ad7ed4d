package io.chatserver.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;

/** Takes a scenario through its phases against a target: users, warm-up, measurement, verdict. */
final class Runner {
  private static final Duration STEP = Duration.ofSeconds(1);
  private static final int STEPS_PER_LINE = 5;

  private final Target target;
  private final Wire wire;
  private final Phases phases;
  private final PrintWriter progress;

  Runner(Target target, Wire wire, Phases phases, PrintWriter progress) {
    this.target = target;
    this.wire = wire;
    this.phases = phases;
    this.progress = progress;
  }

  Report run(Scenario scenario) {
    try (var crew = new Crew(target.address(), wire, phases.loops)) {
      progress.println("bench: logging in");
      scenario.prepare(crew);
      progress.println("bench: warming up");
      scenario.start();
      Waiting.pause(phases.warmup);
      var measured = measure(scenario);
      progress.println("bench: waiting for what is in flight");
      var tally = scenario.stop();
      return new Report(heading(scenario), measured, tally, scenario.violations());
    }
  }

  private Report.Heading heading(Scenario scenario) {
    var wireName = wire.promisesDelivery() ? "modern" : "original";
    var parameters = scenario.parameters();
    return new Report.Heading(
        scenario.name(), target.toString(), wireName, parameters, phases.warmup);
  }

  private Report.Measured measure(Scenario scenario) {
    var total = LatencyRecorder.newHistogram();
    var bySecond = new ArrayList<Long>();
    scenario.latency().takeInterval();
    var cpuBefore = CpuUse.of(target);
    long start = System.nanoTime();
    long end = start + phases.seconds.toNanos();
    for (long next = start; next < end; ) {
      next = Math.min(next + STEP.toNanos(), end);
      Waiting.pause(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
      var interval = scenario.latency().takeInterval();
      total.add(interval);
      bySecond.add(interval.getTotalCount());
      if (bySecond.size() % STEPS_PER_LINE == 0) {
        progress.printf("bench: %,d delivered in this second%n", interval.getTotalCount());
      }
    }
    var elapsed = Duration.ofNanos(System.nanoTime() - start);
    var cpu = CpuUse.of(target).since(cpuBefore);
    var server = target.server();
    Long memory = server == null ? null : server.proportionalBytes();
    return new Report.Measured(elapsed, total, bySecond, cpu, memory);
  }

  /** How long each part of a run is, and on how many event loops its users live. */
  record Phases(Duration warmup, Duration seconds, int loops) {}
}
