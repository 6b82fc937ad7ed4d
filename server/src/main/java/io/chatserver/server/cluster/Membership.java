package io.chatserver.server.cluster;

import static io.chatserver.server.cluster.RedisLink.await;

import io.lettuce.core.RedisException;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which nodes are alive: each keeps a lease in Redis, which it renews with its load twice a second
 * or so, and looks at the others'. A node that dies is gone with its lease.
 *
 * <p>Threads: {@link #beat} one; the rest any.
 */
final class Membership {
  private static final Logger log = LoggerFactory.getLogger(Membership.class);
  private static final String NODES = "chat:nodes";
  private static final String LEASE = "chat:node:";
  private static final Duration LEASE_TIME = Duration.ofSeconds(6);

  /**
   * What came of a beat.
   *
   * @param renewed whether this node's lease had run out, or Redis has lost it: its routes may be
   *     gone too
   * @param came nodes that were not known
   * @param gone nodes that are no more: what they had stored last they may have told nobody
   */
  record Beat(boolean renewed, List<Node> came, List<Node> gone) {
    boolean isSteady() {
      return !renewed && came.isEmpty() && gone.isEmpty();
    }
  }

  private final RedisLink link;
  private final Node self;
  private volatile Map<Node, NodeLoad> others = Map.of();

  Membership(RedisLink link, Node self) {
    this.link = link;
    this.self = self;
  }

  /** The other nodes that are alive. */
  Set<Node> others() {
    return others.keySet();
  }

  /** What the other nodes say of themselves. */
  Map<Node, NodeLoad> loads() {
    return others;
  }

  /**
   * Renews the lease and looks at the others'. Blocks for some seconds at most.
   *
   * @throws RedisException if Redis does not answer
   */
  Beat beat(NodeLoad load) {
    var texts = link.texts();
    var before =
        await(
            texts.setGet(
                LEASE + self.text(), load.text(), SetArgs.Builder.px(LEASE_TIME.toMillis())));
    await(texts.sadd(NODES, self.text()));
    var names =
        await(texts.smembers(NODES)).stream().filter(name -> !name.equals(self.text())).toList();
    var known = others;
    others = living(names);
    var came = without(others.keySet(), known.keySet());
    var gone = without(known.keySet(), others.keySet());
    if (!came.isEmpty() || !gone.isEmpty()) {
      log.info("{} nodes; came: {}, gone: {}", others.size() + 1, came, gone);
    }
    return new Beat(before == null, came, gone);
  }

  private static List<Node> without(Set<Node> nodes, Set<Node> others) {
    return nodes.stream().filter(node -> !others.contains(node)).toList();
  }

  /** Those of the nodes that have a lease; the others are struck off. */
  private Map<Node, NodeLoad> living(List<String> names) {
    var alive = new HashMap<Node, NodeLoad>();
    var expired = new ArrayList<String>();
    if (!names.isEmpty()) {
      var keys = names.stream().map(name -> LEASE + name).toArray(String[]::new);
      var leases = await(link.texts().mget(keys));
      for (int i = 0; i < names.size(); i++) {
        if (leases.get(i).hasValue()) {
          alive.put(Node.parse(names.get(i)), NodeLoad.parse(leases.get(i).getValue()));
        } else {
          expired.add(names.get(i));
        }
      }
    }
    if (!expired.isEmpty()) {
      await(link.texts().srem(NODES, expired.toArray(String[]::new)));
    }
    return Map.copyOf(alive);
  }

  /** Gives the lease back: the others need not wait until it runs out. */
  void leave() {
    var texts = link.texts();
    await(texts.del(LEASE + self.text()));
    await(texts.srem(NODES, self.text()));
  }
}
