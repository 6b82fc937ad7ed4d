package io.chatserver.bench.check;

import io.chatserver.bench.Throttling;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * One check: users who talk while things are done to the server, then peace, then the judgement.
 *
 * <p>Threads: one; each device has its own, and another tells how it goes.
 */
public final class Check {
  private static final Duration PROGRESS = Duration.ofSeconds(10);
  private static final Duration SETTLE_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration FINISH_TIMEOUT = Duration.ofMinutes(2);

  private final CheckedServer server;
  private final Trouble trouble;
  private final Settings settings;
  private final PrintWriter progress;
  private final Random random;
  private final long start = System.nanoTime();
  private final Stage stage;
  private final FaultLog faults;
  private final List<History> histories = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private Check(CheckedServer server, Trouble trouble, Settings settings, PrintWriter progress) {
    this.server = server;
    this.trouble = trouble;
    this.settings = settings;
    this.progress = progress;
    this.random = new Random(settings.seed());
    var tag = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    stage = new Stage(server.doors(), settings, Casting.cast(server.door(), settings, tag));
    faults = new FaultLog(this::now, fault -> tell(fault.kind()));
  }

  /**
   * Does it.
   *
   * @param progress is told how it goes
   */
  public static Outcome run(
      CheckedServer server, Trouble trouble, Settings settings, PrintWriter progress) {
    return new Check(server, trouble, settings, progress).run();
  }

  private Outcome run() {
    try {
      startDevices();
      talk();
      stage.settle();
      boolean isSettled = stage.unsettled().await(settleMillis(), TimeUnit.MILLISECONDS);
      tell(isSettled ? "all is sent, reading the log" : "some is not sent, reading the log");
      var log = LogReader.read(server.door(), stage.cast(), stage::identify);
      long finish = now();
      stage.finish(log);
      awaitDevices();
      var jdbc = server.stop();
      var database = jdbc == null ? null : SqlLog.read(jdbc, stage.cast(), stage::identify);
      tell("judging");
      tellWhetherThrottled();
      var evidence = new Evidence(stage.cast(), histories, log, database);
      var pauses = Pauses.find(histories, faults.faults(), finish);
      return new Outcome(settings, pauses, evidence, Judge.judge(evidence));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the check was interrupted", e);
    } finally {
      threads.forEach(Thread::interrupt);
    }
  }

  private long now() {
    return System.nanoTime() - start;
  }

  private long settleMillis() {
    return Math.min(20 * settings.length().toMillis(), SETTLE_TIMEOUT.toMillis());
  }

  private void startDevices() {
    var names = Thread.ofVirtual().name("device-", 0);
    for (int number = 0; number < stage.cast().devices().size(); number++) {
      var history = new History(this::now);
      histories.add(history);
      var choices = new Random(random.nextLong());
      threads.add(names.unstarted(new Device(number, stage, choices, history)));
    }
    threads.forEach(Thread::start);
  }

  private void talk() throws InterruptedException {
    var teller = Thread.ofVirtual().name("progress").start(this::tellAgainAndAgain);
    try {
      trouble.make(settings.length(), faults);
    } finally {
      teller.interrupt();
    }
  }

  private void tellAgainAndAgain() {
    try {
      while (true) {
        Thread.sleep(PROGRESS);
        tell("talk");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellWhetherThrottled() {
    long count = stage.throttled().sum();
    if (count > 0) {
      progress.printf(
          Locale.ROOT,
          "check: %,d requests or connections refused: %s%n",
          count,
          Throttling.ADVICE);
      progress.flush();
    }
  }

  private void awaitDevices() throws InterruptedException {
    long deadline = System.nanoTime() + FINISH_TIMEOUT.toNanos();
    for (var thread : threads) {
      if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
        thread.interrupt();
        // What it has noted down is read next.
        thread.join();
      }
    }
  }

  private void tell(String what) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(now());
    progress.printf(
        Locale.ROOT,
        "check: %d s, %s: %,d acknowledged, %,d delivered, %d faults%n",
        seconds,
        what,
        stage.acknowledged().sum(),
        stage.delivered().sum(),
        faults.faults().size());
    progress.flush();
  }
}
