package io.chatserver.server.session;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The revocable basis of a session.
 *
 * @param session the unique number of the session; never 0
 * @param revision the revision of its account when its login was checked
 * @param family the family of its token; null if it has none
 */
public record Grant(long session, long revision, @Nullable String family) {
  /** The grant of a new session. */
  public static Grant of(long revision, @Nullable String family) {
    return new Grant(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE), revision, family);
  }
}
