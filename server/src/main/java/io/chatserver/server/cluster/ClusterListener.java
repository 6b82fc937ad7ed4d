package io.chatserver.server.cluster;

import java.util.List;

/** Hears of the rest of the cluster. Threads: the cluster's and Lettuce's; it is not to block. */
public interface ClusterListener {
  /** Another node has told something. */
  void heard(List<NodeEvent> events);

  /** Something may not have been heard: the heads of all sessions are to be checked. */
  void mayHaveMissed();
}
