package io.chatserver.server.storage;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The form in which every table keeps a time: microseconds since 1970-01-01 UTC. */
public final class StoredTime {
  private StoredTime() {}

  /** Returns the stored form of a time. */
  public static long of(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  /** The time that was stored so. */
  public static Instant read(long stored) {
    return Instant.EPOCH.plus(stored, ChronoUnit.MICROS);
  }
}
