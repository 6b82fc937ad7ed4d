package io.chatserver.bench.lab;

import io.chatserver.bench.process.ServerCluster;
import java.time.Duration;
import java.util.Random;

/**
 * Does things to a cluster, and mends them.
 *
 * <p>Threads: one.
 */
final class Faults {
  private final ServerCluster cluster;
  private final Tempo tempo;
  private final Random random;

  Faults(ServerCluster cluster, Tempo tempo, Random random) {
    this.cluster = cluster;
    this.tempo = tempo;
    this.random = random;
  }

  /** Does it, and ends when it is mended. */
  void strike(FaultKind kind) throws InterruptedException {
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
      node.process().terminate();
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
    cluster.redis().execute("FLUSHALL");
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

  private void linkCut() throws InterruptedException {
    var link = anyNode().redisLink();
    link.cut();
    Thread.sleep(linkDown());
    link.mend();
  }

  private void linkStall() throws InterruptedException {
    var link = anyNode().redisLink();
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
