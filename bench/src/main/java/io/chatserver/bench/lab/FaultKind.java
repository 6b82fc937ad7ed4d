package io.chatserver.bench.lab;

import java.util.Arrays;
import java.util.Locale;

/** What can be done to a cluster. */
public enum FaultKind {
  /** A node is killed, and started again after a while. */
  KILL,
  /** A node hangs for longer than its lease, and wakes. */
  PAUSE,
  /** The nodes are stopped and started one after the other, as for an upgrade. */
  DRAIN,
  /** Redis is killed and started at once, and knows nothing. */
  REDIS_RESTART,
  /** Redis forgets all. */
  REDIS_FLUSH,
  /** Redis is away for a while. */
  REDIS_STOP,
  /** A node's connections to Redis break, and no new ones can be made for a while. */
  LINK_CUT,
  /** Nothing comes through between a node and Redis for a while, and nobody says so. */
  LINK_STALL,
  /** The database is stopped or killed, and started again. */
  DATABASE,
  /** nginx reads its configuration again. */
  NGINX_RELOAD;

  /** The kind that a person calls so. */
  static FaultKind of(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(name + " is none of " + Arrays.toString(values())));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
