package io.chatserver.server.cluster;

/**
 * This node and the others.
 *
 * <p>Threads: any.
 */
public interface Cluster extends AutoCloseable {
  /** Who is where. */
  RouteDirectory routes();

  /** The way to the other nodes. */
  NodeBus bus();

  /** Joins; what others tell goes to the listener from then on. */
  void start(ClusterListener listener);

  /** Whether this node is cut off from the others. */
  boolean isDegraded();

  /**
   * Whether any node is cut off, so that what it stores has to be looked for. Blocks.
   *
   * @throws io.chatserver.server.storage.StorageException if that cannot be told
   */
  boolean isAnyDegraded();

  /** Leaves. */
  @Override
  void close();
}
