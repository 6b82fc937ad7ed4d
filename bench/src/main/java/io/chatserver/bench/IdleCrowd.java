package io.chatserver.bench;

import io.chatserver.bench.process.ProcessUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Users who only stay, and the memory of the server before and after they came. */
final class IdleCrowd implements Scenario.Run {
  private static final double BYTES_PER_KIB = 1 << 10;
  private static final double BYTES_PER_MIB = 1 << 20;
  private static final Duration SETTLING = Duration.ofSeconds(2);

  private final Scenario.Stage stage;
  private final ProcessUsage server;
  private final Duration drain;
  private final Queue<IdleUser> users = new ConcurrentLinkedQueue<>();
  private final List<CompletableFuture<Boolean>> probes = new ArrayList<>();
  private int notCounted;
  private long bytesBefore;

  IdleCrowd(Scenario.Stage stage, ProcessUsage server, Duration drain) {
    this.stage = stage;
    this.server = server;
    this.drain = drain;
  }

  /** Logs users in, who then stay. */
  void add(String what, List<Account> accounts) {
    var crew = stage.crew();
    var connected = crew.connect(accounts, 1);
    stage
        .together()
        .each(
            what,
            connected,
            crew.wire().loginsAtOnce(),
            user -> {
              crew.enter(user);
              users.add(new IdleUser(user, stage.meter()));
            });
  }

  void countFromNow() {
    notCounted = users.size();
    bytesBefore = settledBytes();
  }

  /** Asks each once, so that none is counted that is gone. */
  @Override
  public void start() {
    var wire = stage.crew().wire();
    users.forEach(user -> probes.add(user.probe(wire)));
  }

  @Override
  public Tally stop() {
    Waiting.atMost(drain, CompletableFuture.allOf(probes.toArray(CompletableFuture<?>[]::new)));
    users.forEach(IdleUser::leave);
    long lost = probes.stream().filter(probe -> !probe.getNow(false)).count();
    return new Tally(lost, 0);
  }

  @Override
  public Map<String, Object> findings() {
    long bytes = settledBytes();
    var findings = new LinkedHashMap<String, Object>();
    findings.put("server_mib_before", Math.round(bytesBefore / BYTES_PER_MIB));
    findings.put("server_mib_after", Math.round(bytes / BYTES_PER_MIB));
    double kib = (bytes - bytesBefore) / BYTES_PER_KIB / (users.size() - notCounted);
    findings.put("server_kib_per_connection", Math.round(kib * 10) / 10.0);
    return findings;
  }

  /**
   * What logins leave behind for a collector, and nobody holds, is not counted. A JVM gives it back
   * in the background, so this waits until nothing more goes.
   */
  private long settledBytes() {
    server.collectGarbage();
    long bytes = server.residentBytes();
    while (true) {
      Waiting.pause(SETTLING);
      long now = server.residentBytes();
      if (now > bytes - BYTES_PER_MIB) {
        return now;
      }
      bytes = now;
    }
  }
}
