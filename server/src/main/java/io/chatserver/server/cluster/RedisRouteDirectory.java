package io.chatserver.server.cluster;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Routes in Redis: under the key of a user or group the nodes that have sessions, each with the
 * second in which its entry expires, {@code node@boot:expiry node@boot:expiry}. So one {@code MGET}
 * finds the routes of a whole batch. Entries of nodes that are not alive are not believed.
 *
 * <p>What is here is rewritten a few times before it expires, and at once when Redis has lost it,
 * or did not take it.
 *
 * <p>Threads: any.
 */
final class RedisRouteDirectory implements RouteDirectory {
  private static final String PREFIX = "chat:route:";
  private static final Duration EXPIRY = Duration.ofMinutes(30);
  private static final int MAX_UNWRITTEN = 100_000;
  private static final int SLICE = 1000;

  /**
   * Puts the entry of the node ARGV[1] in for ARGV[2] seconds, or takes it out where these are 0;
   * drops what has expired. By Redis's clock: those of the nodes may differ.
   */
  private static final String SCRIPT =
      """
      local now = tonumber(redis.call('TIME')[1])
      local kept = {}
      for entry in string.gmatch(redis.call('GET', KEYS[1]) or '', '%S+') do
        local node, expiry = string.match(entry, '^(.*):(%d+)$')
        if node and node ~= ARGV[1] and tonumber(expiry) > now then
          kept[#kept + 1] = entry
        end
      end
      if tonumber(ARGV[2]) > 0 then
        kept[#kept + 1] = ARGV[1] .. ':' .. string.format('%d', now + ARGV[2])
      end
      if #kept == 0 then
        redis.call('DEL', KEYS[1])
      else
        redis.call('SET', KEYS[1], table.concat(kept, ' '), 'EX', ARGV[3])
      end
      return #kept
      """;

  private final RedisLink link;
  private final Node self;
  private final Membership membership;
  private final Runnable untold;
  private final Set<Route> here = ConcurrentHashMap.newKeySet();

  /** What Redis does not have as it is, for a write has failed. */
  private final Set<Route> unwritten = ConcurrentHashMap.newKeySet();

  /** Done when all is written, or could not be, that was begun by now. */
  private volatile CompletableFuture<Void> writes = CompletableFuture.completedFuture(null);

  /**
   * Creates it.
   *
   * @param untold called when routes could not be found, so that somebody was not told something
   */
  RedisRouteDirectory(RedisLink link, Node self, Membership membership, Runnable untold) {
    this.untold = untold;
    this.link = link;
    this.self = self;
    this.membership = membership;
  }

  @Override
  public boolean isAlone() {
    return membership.others().isEmpty();
  }

  @Override
  public CompletionStage<Map<Route, Set<Node>>> find(Collection<Route> routes) {
    var others = membership.others();
    if (others.isEmpty() || routes.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    var wanted = List.copyOf(routes);
    var keys = wanted.stream().map(RedisRouteDirectory::key).toArray(String[]::new);
    try {
      return link.texts()
          .mget(keys)
          .thenApply(found -> routes(wanted, found, others))
          .whenComplete((_, failure) -> noteUntold(failure));
    } catch (RedisException e) {
      noteUntold(e);
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Map<Route, Set<Node>> routes(
      List<Route> wanted, List<KeyValue<String, String>> found, Set<Node> others) {
    var routes = new HashMap<Route, Set<Node>>();
    for (int i = 0; i < wanted.size(); i++) {
      if (found.get(i).hasValue()) {
        var nodes = nodes(found.get(i).getValue(), others);
        if (!nodes.isEmpty()) {
          routes.put(wanted.get(i), nodes);
        }
      }
    }
    return routes;
  }

  private static Set<Node> nodes(String entries, Set<Node> others) {
    var nodes = new HashSet<Node>();
    for (var entry : entries.split(" ", -1)) {
      var node = Node.parse(entry.substring(0, Math.max(0, entry.lastIndexOf(':'))));
      if (others.contains(node)) {
        nodes.add(node);
      }
    }
    return nodes;
  }

  private void noteUntold(@Nullable Throwable failure) {
    if (failure != null) {
      untold.run();
    }
  }

  @Override
  public CompletionStage<Void> settled() {
    return writes.copy();
  }

  /** Writes all that is here again. */
  void rewrite() {
    writeInTurn(List.copyOf(here));
  }

  /** Writes again, or takes out, what Redis did not take; false if there is nothing. */
  boolean writeWhatIsUnwritten() {
    var routes = List.copyOf(unwritten);
    unwritten.removeAll(routes);
    writeInTurn(routes);
    return !routes.isEmpty();
  }

  /** A slice when the one before is written: other commands are not to wait for all of them. */
  private void writeInTurn(List<Route> routes) {
    settle(writeFrom(0, routes));
  }

  private CompletableFuture<Void> writeFrom(int from, List<Route> routes) {
    int to = Math.min(from + SLICE, routes.size());
    var written = routes.subList(from, to).stream().map(this::write);
    var slice = CompletableFuture.allOf(written.toArray(CompletableFuture<?>[]::new));
    return to == routes.size() ? slice : slice.thenCompose(_ -> writeFrom(to, routes));
  }

  private synchronized void settle(CompletableFuture<?> written) {
    writes = CompletableFuture.allOf(writes, written);
  }

  @Override
  public void userCame(UserId user) {
    came(Route.of(user));
  }

  @Override
  public void userLeft(UserId user) {
    left(Route.of(user));
  }

  @Override
  public void groupCame(ConversationId group) {
    came(Route.of(group));
  }

  @Override
  public void groupLeft(ConversationId group) {
    left(Route.of(group));
  }

  private void came(Route route) {
    here.add(route);
    settle(write(route));
  }

  private void left(Route route) {
    here.remove(route);
    settle(write(route));
  }

  /** Puts the route in or takes it out, as things are at this moment; done in any case. */
  private synchronized CompletableFuture<?> write(Route route) {
    var expiry = Long.toString(EXPIRY.toSeconds());
    try {
      return link.texts()
          .eval(
              SCRIPT,
              ScriptOutputType.INTEGER,
              new String[] {key(route)},
              self.text(),
              here.contains(route) ? expiry : "0",
              expiry)
          .handle((_, failure) -> {
            if (failure != null) {
              noteUnwritten(route);
            }
            return failure;
          })
          .toCompletableFuture();
    } catch (RedisException e) {
      noteUnwritten(route);
      return CompletableFuture.completedFuture(e);
    }
  }

  /** More that nobody is here for any more expire by themselves. */
  private void noteUnwritten(Route route) {
    if (unwritten.size() < MAX_UNWRITTEN || here.contains(route)) {
      unwritten.add(route);
    }
  }

  private static String key(Route route) {
    return PREFIX + route.key();
  }
}
