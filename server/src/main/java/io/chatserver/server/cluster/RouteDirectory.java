package io.chatserver.server.cluster;

import io.chatserver.server.session.PresenceListener;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Who has sessions on which nodes. It hears from this node's {@code SessionRegistry} who comes and
 * goes here.
 *
 * <p>Threads: any; nothing blocks.
 */
public interface RouteDirectory extends PresenceListener {
  /**
   * The other nodes that are alive and have sessions of these; those without any are left out.
   * Fails if it cannot be told.
   */
  CompletionStage<Map<Route, Set<Node>>> find(Collection<Route> routes);

  /** Whether there is no other node: then there is nothing to be found. */
  boolean isAlone();

  /** Is done when the others can find who has come here so far, or it is known that they cannot. */
  CompletionStage<Void> settled();
}
