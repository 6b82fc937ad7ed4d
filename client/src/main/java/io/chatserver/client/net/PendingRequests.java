package io.chatserver.client.net;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one socket that wait for their reply, by {@code rid}. All have the same time-out,
 * so the first that came is the first to expire.
 *
 * <p>Threads: the connection's event loop.
 */
final class PendingRequests {
  private final LinkedHashMap<Long, Entry> entriesByRid = new LinkedHashMap<>();
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private long lastRid;

  PendingRequests(Duration timeout, LongSupplier nanoTime) {
    this.timeout = timeout;
    this.nanoTime = nanoTime;
  }

  /** Keeps a request until it is taken; the answer is its {@code rid}. */
  long add(PendingRequest request) {
    long rid = ++lastRid;
    entriesByRid.put(rid, new Entry(request, nanoTime.getAsLong() + timeout.toNanos()));
    return rid;
  }

  /** The request that a reply belongs to; null where it has expired or never was. */
  @Nullable PendingRequest take(@Nullable Long rid) {
    var entry = rid == null ? null : entriesByRid.remove(rid);
    return entry == null ? null : entry.request;
  }

  /** Takes what has waited for too long. */
  List<PendingRequest> takeExpired() {
    long now = nanoTime.getAsLong();
    var expired = new ArrayList<PendingRequest>();
    for (var entries = entriesByRid.values().iterator(); entries.hasNext(); ) {
      var entry = entries.next();
      if (entry.deadline - now > 0) {
        break;
      }
      entries.remove();
      expired.add(entry.request);
    }
    return expired;
  }

  /** Takes everything. */
  List<PendingRequest> takeAll() {
    var all = entriesByRid.values().stream().map(Entry::request).toList();
    entriesByRid.clear();
    return all;
  }

  /** How long until the next one expires; null while none waits. */
  @Nullable Duration untilNextExpiry() {
    var first = entriesByRid.firstEntry();
    return first == null
        ? null
        : Duration.ofNanos(Math.max(0, first.getValue().deadline - nanoTime.getAsLong()));
  }

  private record Entry(PendingRequest request, long deadline) {}
}
