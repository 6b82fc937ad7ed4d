package io.chatserver.server.cluster;

import io.chatserver.server.fault.CountedLog;
import io.chatserver.server.storage.LogEpoch;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's part in a cluster that is joined by Redis.
 *
 * <p>Redis need not be there: then the node is <em>degraded</em>, says so once, and goes on by
 * itself; when Redis is back it writes its routes again and has the heads checked.
 *
 * <p>Threads: any; {@code cluster} keeps the lease.
 */
public final class RedisCluster implements Cluster, NodeBus {
  private static final Logger log = LoggerFactory.getLogger(RedisCluster.class);
  private static final String CHANNEL = "chat:to:";
  private static final Duration INTERVAL = Duration.ofMillis(500);

  /** What a node tells itself, to see whether the others could tell it something. */
  private static final byte[] PROBE = {};

  /** So many that are not heard, one after the other, mean that the node is cut off. */
  private static final int MAX_UNHEARD = 3;

  /**
   * As many, again and again, mean that the connections will not mend by themselves: 10 s, or half
   * a minute where Redis is waited for in vain each time.
   */
  private static final int UNHEARD_TO_RECONNECT = 20;

  /** Routes expire after half an hour. */
  private static final Duration REWRITE_INTERVAL = Duration.ofMinutes(10);

  private final CountedLog strange = new CountedLog(log::warn);
  private final RedisLink link;
  private final Node self;
  private final Membership membership;
  private final RedisRouteDirectory routes;
  private final DegradedNodeStore degradedNodes;
  private final NodeSeal seal;
  private final LogEpoch epoch;
  private final ScheduledExecutorService clusterExecutor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("cluster").daemon().factory());

  /** Something was not told, though the lease was kept: the others have to look for it. */
  private final AtomicBoolean untold = new AtomicBoolean();

  /** There is a new connection, and maybe an older state behind it: routes may be missing. */
  private final AtomicBoolean resubscribed = new AtomicBoolean();

  /** Probes since the last one that came back. */
  private final AtomicInteger unheard = new AtomicInteger();

  private volatile boolean degraded;
  private boolean wasDegraded;
  private long lastRewriteNanos;

  /** Prepares it; {@link #start} joins. */
  public RedisCluster(
      String url, Node self, DegradedNodeStore degradedNodes, NodeKeyStore keys, LogEpoch epoch) {
    this.epoch = epoch;
    this.seal = new NodeSeal(keys.key());
    this.link = new RedisLink(url);
    this.self = self;
    this.membership = new Membership(link, self);
    this.routes = new RedisRouteDirectory(link, self, membership, () -> untold.set(true));
    this.degradedNodes = degradedNodes;
  }

  @Override
  public RouteDirectory routes() {
    return routes;
  }

  @Override
  public NodeBus bus() {
    return this;
  }

  @Override
  public boolean isDegraded() {
    return degraded;
  }

  @Override
  public boolean isAnyDegraded() {
    if (degraded) {
      degradedNodes.note(self);
      return true;
    }
    return degradedNodes.isAny();
  }

  /** Joins as soon as Redis can be reached; blocks until the others should have noticed. */
  @Override
  public void start(ClusterListener listener, Supplier<NodeLoad> load) {
    beat(listener, load);
    try {
      Thread.sleep(INTERVAL.multipliedBy(3).dividedBy(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    var _ =
        clusterExecutor.scheduleWithFixedDelay(
            () -> beat(listener, load),
            INTERVAL.toMillis(),
            INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  public Map<Node, NodeLoad> others() {
    return membership.loads();
  }

  private void beat(ClusterListener listener, Supplier<NodeLoad> load) {
    try {
      if (unheard.incrementAndGet() % UNHEARD_TO_RECONNECT == 0) {
        link.disconnect();
      }
      link.connect(CHANNEL + self.text(), receiver(listener));
      var beat = membership.beat(load.get());
      var _ = link.publish(CHANNEL + self.text(), seal.seal(epoch.current().id(), PROBE));
      note(unheard.get() > MAX_UNHEARD, "what is published for this node does not arrive");
      boolean isBack = resubscribed.getAndSet(false) || (wasDegraded && !degraded);
      boolean wasUnwritten = routes.writeWhatIsUnwritten();
      if (beat.renewed() || isBack || isRewriteDue()) {
        lastRewriteNanos = System.nanoTime();
        routes.rewrite();
      }
      (untold.getAndSet(false) ? membership.others() : beat.came()).forEach(this::meet);
      if (!beat.isSteady() || isBack || wasUnwritten) {
        // What is looked for before the routes are written may be missed after that.
        var _ = routes.settled().thenRun(listener::mayHaveMissed);
      }
      wasDegraded = degraded;
    } catch (RedisException e) {
      if (clusterExecutor.isShutdown()) {
        return;
      }
      note(true, String.valueOf(e.getMessage()));
      wasDegraded = true;
      // It is back when it hears of itself.
      unheard.accumulateAndGet(MAX_UNHEARD, Math::max);
    } catch (RuntimeException e) {
      log.error("the cluster's beat failed", e);
    }
  }

  private void meet(Node node) {
    publish(node, NodeEventCodec.encode(List.of(new NodeEvent.Met())));
  }

  private boolean isRewriteDue() {
    return System.nanoTime() - lastRewriteNanos > REWRITE_INTERVAL.toNanos();
  }

  private void note(boolean nowDegraded, String why) {
    if (nowDegraded && !degraded) {
      log.error("degraded: Redis does not answer, heads are polled: {}", why);
    } else if (!nowDegraded && degraded) {
      log.info("no longer degraded: Redis answers");
    }
    degraded = nowDegraded;
  }

  private RedisLink.Receiver receiver(ClusterListener listener) {
    return new RedisLink.Receiver() {
      @Override
      public void received(byte[] payload) {
        byte[] opened;
        try {
          opened = seal.open(epoch.current().id(), payload);
        } catch (IllegalArgumentException e) {
          strange.add(() -> "what came by Redis is ignored: " + e.getMessage());
          listener.mayHaveMissed();
          return;
        }
        if (opened.length == PROBE.length) {
          unheard.set(0);
          return;
        }
        List<NodeEvent> events;
        try {
          events = NodeEventCodec.decode(opened);
        } catch (IllegalArgumentException e) {
          log.debug("a payload of another node cannot be read: {}", e.getMessage());
          listener.mayHaveMissed();
          return;
        }
        listener.heard(events);
      }

      @Override
      public void subscribed() {
        resubscribed.set(true);
        listener.mayHaveMissed();
      }
    };
  }

  @Override
  public void publish(Node to, byte[] payload) {
    try {
      var _ =
          link.publish(CHANNEL + to.text(), seal.seal(epoch.current().id(), payload))
              .whenComplete((_, failure) -> {
                if (failure != null) {
                  untold.set(true);
                }
              });
    } catch (RedisException e) {
      untold.set(true);
      log.debug("not published to {}: {}", to, e.getMessage());
    }
  }

  /** Leaves: the others forget this node at once. */
  @Override
  public void close() {
    clusterExecutor.shutdownNow();
    try {
      if (clusterExecutor.awaitTermination(5, TimeUnit.SECONDS)) {
        membership.leave();
      }
    } catch (RedisException e) {
      log.debug("the lease was not given back: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      link.close();
    }
  }
}
