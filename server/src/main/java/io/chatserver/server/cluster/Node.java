package io.chatserver.server.cluster;

/**
 * A process of the cluster.
 *
 * @param name what people call it
 * @param boot drawn anew at each start, so that nothing which was said of a process that has died
 *     is taken to be about its successor
 */
public record Node(String name, String boot) {
  /** The form that stands in Redis. */
  String text() {
    return name + "@" + boot;
  }

  /** Reads it. */
  static Node parse(String text) {
    int at = text.lastIndexOf('@');
    return new Node(text.substring(0, Math.max(at, 0)), text.substring(at + 1));
  }

  @Override
  public String toString() {
    return text();
  }
}
