package io.chatserver.server.cluster;

import io.lettuce.core.RedisException;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
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
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** What came of a beat. */
  enum Beat {
    /** As ever. */
    STEADY,
    /** This node's lease had run out, or Redis has lost it: its routes may be gone too. */
    RENEWED,
    /** Another node has gone: what it had stored last it may have told nobody. */
    LOST_A_NODE
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
                LEASE + self.text(), load.json(), SetArgs.Builder.px(LEASE_TIME.toMillis())));
    await(texts.sadd(NODES, self.text()));
    var names =
        await(texts.smembers(NODES)).stream().filter(name -> !name.equals(self.text())).toList();
    boolean lostOne = look(names);
    if (before == null) {
      return Beat.RENEWED;
    }
    return lostOne ? Beat.LOST_A_NODE : Beat.STEADY;
  }

  /** Reads the leases of these; true if one of the nodes known so far has gone. */
  private boolean look(List<String> names) {
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
    return replace(alive);
  }

  private boolean replace(Map<Node, NodeLoad> alive) {
    var known = others;
    var came = alive.keySet().stream().filter(node -> !known.containsKey(node)).toList();
    var gone = known.keySet().stream().filter(node -> !alive.containsKey(node)).toList();
    if (!came.isEmpty() || !gone.isEmpty()) {
      log.info("nodes: {}; came {}, gone {}", alive.size() + 1, texts(came), texts(gone));
    }
    others = Map.copyOf(alive);
    return !gone.isEmpty();
  }

  private static String texts(List<Node> nodes) {
    return nodes.stream().map(Node::text).collect(Collectors.joining(", ", "[", "]"));
  }

  /** Gives the lease back: the others need not wait until it runs out. */
  void leave() {
    var texts = link.texts();
    await(texts.del(LEASE + self.text()));
    await(texts.srem(NODES, self.text()));
  }

  private static <T> T await(CompletionStage<T> answer) {
    try {
      return answer.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new RedisException(e.getCause());
    } catch (TimeoutException e) {
      throw new RedisException("no answer within " + PATIENCE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RedisException(e);
    }
  }
}
