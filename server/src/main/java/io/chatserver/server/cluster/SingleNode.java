package io.chatserver.server.cluster;

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
  public void start(ClusterListener listener) {}

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
