package io.chatserver.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Users who read. */
record HistoryReading(List<HistoryReader> readers, Duration drain) implements Scenario.Run {
  @Override
  public void start() {
    readers.forEach(HistoryReader::read);
  }

  @Override
  public Tally stop() {
    var ends = readers.stream().map(HistoryReader::stop).toList();
    Waiting.atMost(drain, CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new)));
    return new Tally(ends.stream().filter(end -> !end.isDone()).count(), 0);
  }
}
