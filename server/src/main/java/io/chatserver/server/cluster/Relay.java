package io.chatserver.server.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * Tells the other nodes what concerns their sessions: all that a batch brings is looked up in one
 * round trip, and each node gets one payload.
 *
 * <p>Nothing is promised: what does not arrive is found in the database at the next head check.
 *
 * <p>Threads: any; nothing blocks.
 */
public final class Relay {
  private final RouteDirectory routes;
  private final NodeBus bus;
  private final LongAdder publishes = new LongAdder();
  private final LongAdder events = new LongAdder();

  public Relay(RouteDirectory routes, NodeBus bus) {
    this.routes = routes;
    this.bus = bus;
  }

  /** Something to tell, and whom it concerns. */
  public record Notice(NodeEvent event, List<Route> routes) {
    public Notice {
      routes = List.copyOf(routes);
    }
  }

  /** Whether there is no other node, so that nothing needs to be told. */
  public boolean isAlone() {
    return routes.isAlone();
  }

  /** Tells the nodes that something concerns. */
  public void tell(Route route, NodeEvent event) {
    tell(List.of(new Notice(event, List.of(route))));
  }

  /** Tells the nodes that these concern; each hears them in this order. */
  public void tell(List<Notice> notices) {
    if (notices.isEmpty() || routes.isAlone()) {
      return;
    }
    var wanted = new HashSet<Route>();
    notices.forEach(notice -> wanted.addAll(notice.routes));
    // If it fails the directory says so, and heads are polled.
    var _ = routes.find(wanted).thenAccept(found -> publish(notices, found));
  }

  private void publish(List<Notice> notices, Map<Route, Set<Node>> found) {
    var eventsByNode = new HashMap<Node, List<NodeEvent>>();
    for (var notice : notices) {
      for (var node : nodes(notice.routes, found)) {
        eventsByNode.computeIfAbsent(node, _ -> new ArrayList<>()).add(notice.event);
      }
    }
    eventsByNode.forEach((node, told) -> {
      publishes.increment();
      events.add(told.size());
      bus.publish(node, NodeEventCodec.encode(told));
    });
  }

  /** Payloads that were published so far. */
  public long publishes() {
    return publishes.sum();
  }

  /** What was told in these. */
  public long events() {
    return events.sum();
  }

  private static Collection<Node> nodes(List<Route> routes, Map<Route, Set<Node>> found) {
    if (routes.size() == 1) {
      return found.getOrDefault(routes.getFirst(), Set.of());
    }
    var nodes = new HashSet<Node>();
    routes.forEach(route -> nodes.addAll(found.getOrDefault(route, Set.of())));
    return nodes;
  }
}
