package io.chatserver.server.cluster;

import java.util.Map;
import java.util.function.Supplier;

/** A node that has no others. */
public final class SingleNode implements Cluster {
  private final InMemoryNodeBus bus = new InMemoryNodeBus();

  @Override
  public RouteDirectory routes() {
    return bus;
  }

  @Override
  public NodeBus bus() {
    return bus;
  }

  @Override
  public void start(ClusterListener listener, Supplier<NodeLoad> load) {}

  @Override
  public Map<Node, NodeLoad> others() {
    return Map.of();
  }

  @Override
  public boolean isDegraded() {
    return false;
  }

  @Override
  public boolean isAnyDegraded() {
    return false;
  }

  @Override
  public void close() {}
}
