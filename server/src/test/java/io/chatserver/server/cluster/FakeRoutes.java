package io.chatserver.server.cluster;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Other nodes, which know of this one when the test says so. Threads: any. */
public final class FakeRoutes implements RouteDirectory {
  private final Set<Node> everybodyIsOn;
  private final AtomicInteger lookups = new AtomicInteger();
  private volatile CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);
  private volatile Runnable whenAsked = () -> {};

  /** Nobody is on the other nodes. */
  public FakeRoutes() {
    this(Set.of());
  }

  private FakeRoutes(Set<Node> everybodyIsOn) {
    this.everybodyIsOn = everybodyIsOn;
  }

  /** Everybody is on one other node. */
  public static FakeRoutes toOneNode() {
    return new FakeRoutes(Set.of(new Node("other", "boot")));
  }

  /** How often it was asked who is where. */
  public int lookups() {
    return lookups.get();
  }

  /** The others know of those who come here when this is done. */
  public void settle(CompletableFuture<Void> when) {
    settled = when;
  }

  /** Does something when somebody is about to wait for the others. */
  public void whenAskedIfSettled(Runnable task) {
    whenAsked = task;
  }

  @Override
  public CompletionStage<Map<Route, Set<Node>>> find(Collection<Route> routes) {
    lookups.incrementAndGet();
    return CompletableFuture.completedFuture(
        everybodyIsOn.isEmpty()
            ? Map.of()
            : routes.stream().collect(Collectors.toMap(route -> route, _ -> everybodyIsOn)));
  }

  @Override
  public boolean isAlone() {
    return false;
  }

  @Override
  public CompletionStage<Void> settled() {
    whenAsked.run();
    return settled.copy();
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
