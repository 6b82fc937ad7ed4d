package io.chatserver.bench.lab;

import io.chatserver.bench.BenchFailed;
import io.chatserver.bench.process.ServerCluster;
import io.chatserver.bench.process.TcpLink;
import java.time.Duration;
import java.util.Random;

/**
 * Does things to a cluster, and mends them.
 *
 * <p>Threads: one.
 */
final class Faults {
  private static final Duration LONGEST_RECONNECT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(20);

  private final ServerCluster cluster;
  private final Tempo tempo;
  private final Random random;

  Faults(ServerCluster cluster, Tempo tempo, Random random) {
    this.cluster = cluster;
    this.tempo = tempo;
    this.random = random;
  }

  /**
   * Does it, and ends when it is mended.
   *
   * @throws io.chatserver.bench.process.ProcessFailed if something has died before by itself: to
   *     start it again would hide that
   */
  void strike(FaultKind kind) throws InterruptedException {
    cluster.checkAlive();
    switch (kind) {
      case KILL -> kill();
      case PAUSE -> pause();
      case DRAIN -> drain();
      case REDIS_RESTART -> redisRestart();
      case REDIS_FLUSH -> redisFlush();
      case REDIS_STOP -> redisStop();
      case LINK_CUT -> linkCut();
      case LINK_STALL -> linkStall();
      case DATABASE -> database();
      case NGINX_RELOAD -> nginxReload();
    }
  }

  private ServerCluster.Node anyNode() {
    return cluster.nodes().get(random.nextInt(cluster.nodes().size()));
  }

  private void kill() throws InterruptedException {
    var node = anyNode().process();
    node.kill();
    // Sometimes it is back before its lease has run out.
    Thread.sleep(Duration.ofMillis(random.nextLong(tempo.nodeDown().toMillis() + 1)));
    node.restart();
  }

  private void pause() throws InterruptedException {
    var node = anyNode().process();
    node.suspend();
    try {
      Thread.sleep(tempo.nodePaused());
    } finally {
      node.resume();
    }
  }

  private void drain() throws InterruptedException {
    for (var node : cluster.nodes()) {
      int code = node.process().terminate();
      if (code != 0) {
        throw new BenchFailed(
            "node " + node + " ended with " + code + ":\n" + node.process().output());
      }
      node.process().restart();
      // As a careful operator does: the next one only when this one serves.
      Thread.sleep(tempo.recovery());
    }
  }

  private void redisRestart() {
    cluster.redis().kill();
    cluster.redis().restart();
  }

  private void redisFlush() {
    var answer = cluster.redis().execute("FLUSHALL");
    if (!answer.equals("OK")) {
      throw new BenchFailed("FLUSHALL is answered with " + answer);
    }
  }

  private void redisStop() throws InterruptedException {
    cluster.redis().kill();
    Thread.sleep(tempo.redisDown());
    cluster.redis().restart();
  }

  /** For long enough to be noticed, or for a moment that no heartbeat falls into. */
  private Duration linkDown() {
    return random.nextBoolean() ? tempo.linkDown() : Duration.ofMillis(50 + random.nextLong(350));
  }

  /** The link of any node, when that uses it: after an earlier fault it may not do so yet. */
  private TcpLink anyUsedLink() throws InterruptedException {
    var node = anyNode();
    long begun = System.nanoTime();
    while (!node.redisLink().isUsed()) {
      if (System.nanoTime() - begun > LONGEST_RECONNECT.toNanos()) {
        throw new BenchFailed("node " + node + " does not connect to Redis");
      }
      Thread.sleep(POLL);
    }
    return node.redisLink();
  }

  private void linkCut() throws InterruptedException {
    var link = anyUsedLink();
    link.cut();
    Thread.sleep(linkDown());
    link.mend();
  }

  private void linkStall() throws InterruptedException {
    var link = anyUsedLink();
    link.stall();
    Thread.sleep(linkDown());
    link.mend();
  }

  private void database() {
    if (random.nextBoolean()) {
      cluster.mariaDb().kill();
    } else {
      cluster.mariaDb().stop();
    }
    cluster.mariaDb().restart();
  }

  private void nginxReload() {
    cluster.nginx().reload();
  }
}
