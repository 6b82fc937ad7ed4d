package io.chatserver.bench.siege;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.HdrHistogram.Histogram;

/**
 * The well-behaved users of a siege: two pairs who talk, one of them with TLS where it is there,
 * and two who log in again and again.
 *
 * <p>Threads: one drives them; each has its own.
 */
final class WellBehaved implements AutoCloseable {
  private static final Duration SETTLE = Duration.ofSeconds(30);
  private static final Duration STEP = Duration.ofMillis(50);

  private final Population population;
  private final Besieged server;
  private final List<Stream> streams = new ArrayList<>();
  private final List<Talker> talkers = new ArrayList<>();
  private final List<LoginProbe> probes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  WellBehaved(Population population, Besieged server) {
    this.population = population;
    this.server = server;
    var doors = List.of(server.plain(), server.secure());
    for (int i = 0; i < Population.TALKERS; i += 2) {
      addPair(population.talker(i), population.talker(i + 1), doors.get(i / 2));
    }
  }

  private void addPair(Guest one, Guest other, Door door) {
    var there = new Stream(one.name() + " to " + other.name());
    var back = new Stream(other.name() + " to " + one.name());
    streams.addAll(List.of(there, back));
    talkers.add(new Talker(one, other, door, there, back));
    talkers.add(new Talker(other, one, door, back, there));
  }

  /** Lets the pairs talk. */
  void talk() {
    talkers.forEach(talker -> start("talker", talker));
  }

  /**
   * All log in once where they will log in during the attack: the server knows its users, as one
   * does that has not just started.
   */
  void logInOnce() throws InterruptedException {
    var sources = List.of(SiegePlan.OWN_SOURCE, SiegePlan.OTHER_SOURCE);
    for (int i = 0; i < Population.PROBES; i++) {
      var door = i == 0 ? server.plain() : server.secure();
      var probe = new LoginProbe(population.probe(i), door, sources.get(i));
      probes.add(probe);
      var _ = probe.logIn();
    }
    var _ = allLogIn();
  }

  /** Lets the others log in, from the users' own address and from another. */
  void logInAgainAndAgain() {
    probes.forEach(probe -> start("probe", probe));
  }

  private void start(String name, Runnable user) {
    threads.add(Thread.ofVirtual().name(name).start(user));
  }

  void endProbes() {
    probes.forEach(LoginProbe::end);
  }

  /** Says nothing new, and waits a bounded time for what is on its way. */
  void settle() throws InterruptedException {
    talkers.forEach(Talker::fallSilent);
    long deadline = System.nanoTime() + SETTLE.toNanos();
    while (!isSettled() && System.nanoTime() - deadline < 0) {
      Thread.sleep(STEP);
    }
  }

  private boolean isSettled() {
    return talkers.stream().allMatch(Talker::isSettled)
        && streams.stream().allMatch(stream -> stream.state().missing() == 0);
  }

  /** Latencies of all deliveries since the last call. */
  Histogram takeLatency() {
    var total = new Histogram(3);
    streams.forEach(stream -> total.add(stream.takeLatency()));
    return total;
  }

  /**
   * All accounts log in by password at the same time.
   *
   * @return how long the last one took, and who was not let in
   */
  Return allLogIn() throws InterruptedException {
    long start = System.nanoTime();
    var left = new ArrayList<String>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var logins =
          population.guests().stream()
              .map(guest ->
                  executor.submit(() -> {
                    var probe = new LoginProbe(guest, server.plain(), SiegePlan.OWN_SOURCE);
                    return probe.logIn();
                  }))
              .toList();
      for (int i = 0; i < logins.size(); i++) {
        try {
          var why = logins.get(i).get();
          if (!why.isEmpty()) {
            left.add(population.guests().get(i).name() + ": " + why);
          }
        } catch (ExecutionException e) {
          left.add(String.valueOf(e.getCause()));
        }
      }
    }
    return new Return(Duration.ofNanos(System.nanoTime() - start), left);
  }

  List<Stream.State> streams() {
    return streams.stream().map(Stream::state).toList();
  }

  List<Talker> talkers() {
    return talkers;
  }

  List<LoginProbe> probes() {
    return probes;
  }

  @Override
  public void close() {
    talkers.forEach(Talker::leave);
    threads.forEach(Thread::interrupt);
  }

  /**
   * How everyone logged in.
   *
   * @param left who did not, and why
   */
  record Return(Duration time, List<String> left) {
    Return {
      left = List.copyOf(left);
    }
  }
}
