package io.chatserver.server.cluster;

import java.util.ArrayDeque;
import java.util.Queue;

/** A bus that keeps what is told, for the test to bring where it likes. Threads: one. */
public final class RecordingBus implements NodeBus {
  private final Queue<NodeEvent> told = new ArrayDeque<>();

  @Override
  public void publish(Node to, byte[] payload) {
    told.addAll(NodeEventCodec.decode(payload));
  }

  /** What was told and not taken from here yet, the oldest first. */
  public Queue<NodeEvent> told() {
    return told;
  }
}
