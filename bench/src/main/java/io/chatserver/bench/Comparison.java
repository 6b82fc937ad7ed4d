package io.chatserver.bench;

import io.chatserver.bench.check.StartedServer;
import io.chatserver.bench.process.Build;
import io.chatserver.bench.process.MariaDb;
import io.chatserver.bench.process.ServerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares this build with another in one scenario: rounds in which both are measured, each with a
 * new server on new data, driven by this load generator. The one that is measured first is measured
 * second in the next round, so that a machine that gets slower or faster favors neither.
 *
 * <p>Threads: one.
 */
final class Comparison {
  private final Build base;
  private final Build current;
  private final Place place;
  private final Runner.Phases phases;
  private final PrintWriter progress;
  private int servers;

  /**
   * Where servers keep their data.
   *
   * @param directory for all of them
   * @param mariaDb null for the embedded database
   */
  record Place(Path directory, @Nullable MariaDb mariaDb) {}

  /** The cost of one server in one round; CPU in microseconds for each message or login. */
  record Cost(double server, double database, double perSecond) {
    double cpu() {
      return server + database;
    }
  }

  /** The ratios of all rounds of a scenario. */
  record Result(
      ComparedScenario scenario, Ratios cpu, Ratios server, Ratios database, Ratios rate) {
    static Result of(ComparedScenario scenario) {
      return new Result(scenario, new Ratios(), new Ratios(), new Ratios(), new Ratios());
    }

    void add(Cost base, Cost current) {
      cpu.add(current.cpu() / base.cpu());
      server.add(current.server() / base.server());
      if (base.database() > 0) {
        database.add(current.database() / base.database());
      }
      rate.add(current.perSecond() / base.perSecond());
    }

    void print(PrintWriter out) {
      out.printf(
          "%s: %s%n", scenario, cpu.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' '));
      out.println("  CPU a message   " + cpu);
      if (!database.isEmpty()) {
        out.println("    server        " + server);
        out.println("    database      " + database);
      }
      out.println("  rate            " + rate);
      out.flush();
    }
  }

  Comparison(Build base, Build current, Place place, Runner.Phases phases, PrintWriter progress) {
    this.base = base;
    this.current = current;
    this.place = place;
    this.phases = phases;
    this.progress = progress;
  }

  /**
   * Makes rounds until the verdict is clear.
   *
   * @param least rounds that are made in any case
   */
  Result compare(ComparedScenario scenario, int least) {
    var result = Result.of(scenario);
    for (int round = 1; round <= Ratios.MOST_ROUNDS; round++) {
      boolean baseFirst = round % 2 == 1;
      var first = measure(baseFirst ? base : current, scenario);
      var second = measure(baseFirst ? current : base, scenario);
      var old = baseFirst ? first : second;
      var now = baseFirst ? second : first;
      result.add(old, now);
      progress.printf(
          Locale.ROOT,
          "compare: %s, round %d: CPU %.1f -> %.1f us a message, %,.0f -> %,.0f a second%n",
          scenario,
          round,
          old.cpu(),
          now.cpu(),
          old.perSecond(),
          now.perSecond());
      progress.flush();
      if (round >= least && result.cpu.verdict() != Ratios.Verdict.NOT_CLEAR) {
        break;
      }
    }
    return result;
  }

  private Cost measure(Build build, ComparedScenario scenario) {
    servers++;
    try (var server = build.start(settings())) {
      var database = place.mariaDb == null ? null : place.mariaDb.usage();
      var target =
          Target.running(List.of(server.address()), null, List.of(server.usage()), database);
      var runner =
          new Runner(target, scenario.wire(), phases, new PrintWriter(Writer.nullWriter()));
      var tag = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
      var report = runner.run(scenario.scenario(), new Crew.Names("bench", tag));
      server.stop();
      if (!report.isGood()) {
        throw new BenchFailed(
            build + " failed in " + scenario + ": " + report.violations().examples());
      }
      return cost(report.measured());
    }
  }

  private Map<String, String> settings() {
    var directory = place.directory.resolve("data-" + servers);
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var settings = new HashMap<>(StartedServer.CHEAP_PASSWORDS);
    if (place.mariaDb == null) {
      settings.putAll(ServerProcess.embedded(directory));
    } else {
      var database = "chat" + servers;
      place.mariaDb.createDatabase(database);
      settings.putAll(ServerProcess.on(place.mariaDb, database, directory));
    }
    return settings;
  }

  private static Cost cost(Report.Measured measured) {
    var server = Report.Measured.each(measured.cpu().server(), measured.count());
    var database = Report.Measured.each(measured.cpu().database(), measured.count());
    if (server == null) {
      throw new BenchFailed("nothing was measured");
    }
    return new Cost(server, database == null ? 0 : database, measured.perSecond(measured.count()));
  }
}
