package io.chatserver.server.cluster;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The cluster of a single node: there is nobody else to find and nothing to carry. */
public final class InMemoryNodeBus implements NodeBus, RouteDirectory {
  @Override
  public void publish(Node to, byte[] payload) {
    throw new IllegalArgumentException("no such node: " + to);
  }

  @Override
  public CompletionStage<Map<Route, Set<Node>>> find(Collection<Route> routes) {
    return CompletableFuture.completedFuture(Map.of());
  }

  @Override
  public boolean isAlone() {
    return true;
  }

  @Override
  public CompletionStage<Void> settled() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void userCame(UserId user) {}

  @Override
  public void userLeft(UserId user) {}

  @Override
  public void groupCame(ConversationId group) {}

  @Override
  public void groupLeft(ConversationId group) {}
}
