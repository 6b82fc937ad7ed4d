package io.chatserver.server.storage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database's clock, which all nodes share, as this node last measured it against its own.
 *
 * <p>Threads: any.
 */
final class DatabaseClock extends Clock {
  private static final Logger log = LoggerFactory.getLogger(DatabaseClock.class);

  /** A clock that is off by more is worth a warning. */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  /** An answer that took longer says little about the time. */
  private static final Duration SLOW = Duration.ofMillis(500);

  private final Clock own;
  private volatile Duration offset = Duration.ZERO;
  private boolean off;

  DatabaseClock(Clock own) {
    this.own = own;
  }

  /** The time of this node's own clock. */
  Instant own() {
    return own.instant();
  }

  /**
   * Notes the database's time.
   *
   * @param asked when it was asked for, by the own clock
   * @param answered when the answer came
   */
  synchronized void measured(Instant database, Instant asked, Instant answered) {
    var took = Duration.between(asked, answered);
    if (took.isNegative() || took.compareTo(SLOW) > 0) {
      return;
    }
    var found = Duration.between(asked.plus(took.dividedBy(2)), database);
    boolean isOff = found.abs().compareTo(TOLERANCE) > 0;
    if (isOff && !off) {
      log.warn(
          "this machine's clock is {} ms {} the database's; messages get the database's time",
          found.abs().toMillis(),
          found.isNegative() ? "ahead of" : "behind");
    } else if (off && !isOff) {
      log.info("this machine's clock agrees with the database's again");
    }
    off = isOff;
    offset = found;
  }

  /** How far the database's clock is ahead of the own one. */
  Duration offset() {
    return offset;
  }

  @Override
  public Instant instant() {
    return own.instant().plus(offset);
  }

  @Override
  public ZoneId getZone() {
    return own.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("times are stored without a zone");
  }
}
