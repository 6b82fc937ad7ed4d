package io.chatserver.server.cluster;

import io.chatserver.protocol.UserId;
import io.chatserver.server.session.SessionRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is online: has a session on a live node. Nothing of it is stored in the database, so a crash
 * leaves nobody online. Without Redis only those of this node are known to be.
 *
 * <p>Threads: any; it blocks for a moment.
 */
public final class Presence {
  private static final Logger log = LoggerFactory.getLogger(Presence.class);
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** Longer than Redis is waited for: a route that is not written by then is known not to be. */
  private static final Duration SETTLE_PATIENCE = Duration.ofMillis(1500);

  private final SessionRegistry registry;
  private final RouteDirectory routes;

  public Presence(SessionRegistry registry, RouteDirectory routes) {
    this.registry = registry;
    this.routes = routes;
  }

  /** Those of the users who are online. */
  public Set<UserId> online(Collection<UserId> users) {
    var online = new HashSet<UserId>();
    var elsewhere = new HashSet<UserId>();
    users.forEach(user -> (registry.isOnline(user) ? online : elsewhere).add(user));
    if (!elsewhere.isEmpty() && !routes.isAlone()) {
      var found = find(elsewhere);
      elsewhere.stream().filter(user -> found.containsKey(Route.of(user))).forEach(online::add);
    }
    return online;
  }

  /** The other nodes where a user has sessions. */
  public Set<Node> nodesOf(UserId user) {
    return routes.isAlone() ? Set.of() : find(Set.of(user)).getOrDefault(Route.of(user), Set.of());
  }

  private Map<Route, Set<Node>> find(Set<UserId> users) {
    try {
      return routes
          .find(users.stream().map(Route::of).toList())
          .toCompletableFuture()
          .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } catch (CompletionException e) {
      log.debug("presence on other nodes is not known", e);
      return Map.of();
    }
  }

  /** Returns when the other nodes can find the sessions of this one, or do not get to know. */
  public void settle() {
    try {
      routes
          .settled()
          .toCompletableFuture()
          .orTimeout(SETTLE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } catch (CompletionException e) {
      log.debug("routes are not written", e);
    }
  }

  /** Runs something when it is so far, without blocking. */
  public void whenSettled(Runnable task) {
    var _ = routes.settled().thenRun(task);
  }
}
