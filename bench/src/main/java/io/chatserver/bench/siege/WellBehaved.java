package io.chatserver.bench.siege;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.HdrHistogram.Histogram;

/**
 * The well-behaved users of a siege: two pairs that chat, one of them with TLS if the server has
 * it, and two users that log in again and again.
 *
 * <p>Threads: one controls them; each user has its own.
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

  /** Starts the chats of the pairs. */
  void talk() {
    talkers.forEach(talker -> start("talker", talker));
  }

  /**
   * Logs all users in once, from the addresses that they use during the attack, so that the server
   * knows them, like a server that has run for a while.
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

  /** Starts the repeated logins, from the users' own address and from another. */
  void logInAgainAndAgain() {
    probes.forEach(probe -> start("probe", probe));
  }

  private void start(String name, Runnable user) {
    threads.add(Thread.ofVirtual().name(name).start(user));
  }

  void endProbes() {
    probes.forEach(LoginProbe::end);
  }

  /** Stops new messages, and waits a bounded time for those in flight. */
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

  /** The latencies of all deliveries since the last call. */
  Histogram takeLatency() {
    var total = new Histogram(3);
    streams.forEach(stream -> total.add(stream.takeLatency()));
    return total;
  }

  /**
   * Logs all accounts in by password at the same time.
   *
   * @return the time of the last login, and the accounts that failed
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
   * The result of these logins.
   *
   * @param left the accounts that failed, with the reason
   */
  record Return(Duration time, List<String> left) {
    Return {
      left = List.copyOf(left);
    }
  }
}
