package io.chatserver.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

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

  Report run(Scenario scenario, Crew.Names names) {
    try (var crew = new Crew(target, wire, names, phases.loops)) {
      var meter = new Meter();
      var run = scenario.prepare(new Scenario.Stage(crew, new Together(progress), meter));
      if (phases.hasWarmup()) {
        progress.println("bench: warming up");
        run.start();
        Waiting.pause(phases.warmup);
      }
      progress.println("bench: measuring");
      var measured = measure(run, meter);
      progress.println("bench: waiting for what is in flight");
      var tally = run.stop();
      var findings = findings(run);
      return new Report(heading(scenario), measured, tally, findings, meter.violations());
    }
  }

  private Report.Heading heading(Scenario scenario) {
    return new Report.Heading(
        scenario.name(),
        scenario.unit(),
        target.toString(),
        wire.name(),
        scenario.parameters(),
        phases.warmup);
  }

  private Map<String, Object> findings(Scenario.Run run) {
    var findings = new LinkedHashMap<String, Object>();
    if (target.startToFirstLogin() != null) {
      findings.put("start_to_first_login_ms", target.startToFirstLogin().toMillis());
    }
    findings.putAll(run.findings());
    return findings;
  }

  private Report.Measured measure(Scenario.Run run, Meter meter) {
    var total = Meter.newHistogram();
    var steps = new ArrayList<Report.Step>();
    meter.takeInterval();
    var sendsBefore = meter.sends();
    var cpuBefore = CpuUse.of(target);
    long start = System.nanoTime();
    if (!phases.hasWarmup()) {
      run.start();
    }
    var finished = run.finished();
    long end = start + phases.seconds.toNanos();
    long at = start;
    // Once at least: what is done already counts, too.
    do {
      long next = Math.min(at + STEP.toNanos(), end);
      Waiting.atMost(Duration.ofNanos(Math.max(0, next - System.nanoTime())), finished);
      var interval = meter.takeInterval();
      total.add(interval);
      steps.add(Report.Step.of(interval, Duration.ofNanos(System.nanoTime() - at)));
      if (steps.size() % STEPS_PER_LINE == 0) {
        progress.printf("bench: %,d in this second%n", interval.getTotalCount());
      }
      at = next;
    } while (at < end && !finished.isDone());
    var elapsed = Duration.ofNanos(System.nanoTime() - start);
    var cpu = CpuUse.of(target).since(cpuBefore);
    var sends = meter.sends().since(sendsBefore);
    var server = target.server();
    Long memory = server == null ? null : server.proportionalBytes();
    return new Report.Measured(elapsed, total, steps, sends, cpu, memory);
  }

  /**
   * How long each part of a run is, and on how many event loops its users live.
   *
   * @param warmup none where all of it is to be measured
   * @param seconds the longest, for a load that ends by itself
   */
  record Phases(Duration warmup, Duration seconds, int loops) {
    boolean hasWarmup() {
      return !warmup.isZero();
    }
  }
}
