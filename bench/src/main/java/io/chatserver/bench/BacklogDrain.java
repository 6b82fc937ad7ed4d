package io.chatserver.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Users who come back, until each has everything. */
record BacklogDrain(List<Returning> users, Duration drain) implements Scenario.Run {
  @Override
  public void start() {
    users.forEach(Returning::comeBack);
  }

  @Override
  public CompletableFuture<Void> finished() {
    return CompletableFuture.allOf(
        users.stream().map(Returning::served).toArray(CompletableFuture<?>[]::new));
  }

  @Override
  public Tally stop() {
    Waiting.atMost(drain, finished());
    return new Tally(users.stream().mapToLong(Returning::missing).sum(), 0);
  }
}
