package io.chatserver.bench.check;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * One check: users who talk while the server is killed, then peace, then the judgement.
 *
 * <p>Threads: one; each device has its own.
 */
public final class Check {
  private static final Duration PROGRESS = Duration.ofSeconds(10);
  private static final Duration SETTLE_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration FINISH_TIMEOUT = Duration.ofMinutes(2);

  private final CheckedServer server;
  private final Settings settings;
  private final PrintWriter progress;
  private final Random random;
  private final long start = System.nanoTime();
  private final Stage stage;
  private final List<History> histories = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private int kills;

  private Check(CheckedServer server, Settings settings, PrintWriter progress) {
    this.server = server;
    this.settings = settings;
    this.progress = progress;
    this.random = new Random(settings.seed());
    var tag = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    stage = new Stage(server.address(), settings, Casting.cast(server.address(), settings, tag));
  }

  /**
   * Does it.
   *
   * @param progress is told how it goes
   */
  public static Outcome run(CheckedServer server, Settings settings, PrintWriter progress) {
    return new Check(server, settings, progress).run();
  }

  private Outcome run() {
    try {
      startDevices();
      talkAndKill();
      stage.settle();
      boolean isSettled = stage.unsettled().await(settleMillis(), TimeUnit.MILLISECONDS);
      tell(isSettled ? "all is sent, reading the log" : "some is not sent, reading the log");
      var log = LogReader.read(server.address(), stage.cast(), stage::identify);
      stage.finish(log);
      awaitDevices();
      var jdbc = server.stop();
      var database = jdbc == null ? null : SqlLog.read(jdbc, stage.cast(), stage::identify);
      tell("judging");
      var evidence = new Evidence(stage.cast(), histories, log, database);
      return new Outcome(settings, kills, evidence, Judge.judge(evidence));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the check was interrupted", e);
    } finally {
      threads.forEach(Thread::interrupt);
    }
  }

  private long settleMillis() {
    return Math.min(20 * settings.length().toMillis(), SETTLE_TIMEOUT.toMillis());
  }

  private void startDevices() {
    var names = Thread.ofVirtual().name("device-", 0);
    for (int number = 0; number < stage.cast().devices().size(); number++) {
      var history = new History(() -> System.nanoTime() - start);
      histories.add(history);
      var choices = new Random(random.nextLong());
      threads.add(names.unstarted(new Device(number, stage, choices, history)));
    }
    threads.forEach(Thread::start);
  }

  private void talkAndKill() throws InterruptedException {
    long begin = System.nanoTime();
    long length = settings.length().toNanos();
    var moments = random.longs(settings.kills(), length / 20, length * 19 / 20).sorted().toArray();
    long nextProgress = PROGRESS.toNanos();
    while (System.nanoTime() - begin < length || kills < moments.length) {
      long next = kills < moments.length ? moments[kills] : length;
      long now = System.nanoTime() - begin;
      if (now >= nextProgress) {
        tell("talk");
        nextProgress += PROGRESS.toNanos();
      } else if (now >= next && kills < moments.length) {
        server.killAndRestart();
        kills++;
      } else {
        TimeUnit.NANOSECONDS.sleep(Math.min(next, nextProgress) - now);
      }
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
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
    progress.printf(
        Locale.ROOT,
        "check: %d s, %s: %,d acknowledged, %,d delivered, %d kills%n",
        seconds,
        what,
        stage.acknowledged().sum(),
        stage.delivered().sum(),
        kills);
    progress.flush();
  }
}
