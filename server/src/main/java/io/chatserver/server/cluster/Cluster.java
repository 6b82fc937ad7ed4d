package io.chatserver.server.cluster;

import java.util.Map;
import java.util.function.Supplier;

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

  /**
   * Joins; what others tell goes to the listener from then on.
   *
   * @param load what this node says of itself, asked for about twice a second
   */
  void start(ClusterListener listener, Supplier<NodeLoad> load);

  /** The other nodes, with what they say of themselves. */
  Map<Node, NodeLoad> others();

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
