package io.chatserver.server.cluster;

/**
 * Carries payloads from node to node; they may be lost, and come in order.
 *
 * <p>Threads: any; nothing blocks.
 */
public interface NodeBus {
  /** Sends a payload to a node. */
  void publish(Node to, byte[] payload);
}
