package io.chatserver.server.session;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a session lives on, which can be revoked.
 *
 * @param session the session's own number, different from that of every other one; never 0
 * @param revision the last change of its account that its login was checked against
 * @param family the family of its token; null if it has none
 */
public record Grant(long session, long revision, @Nullable String family) {
  /** The grant of a new session. */
  public static Grant of(long revision, @Nullable String family) {
    return new Grant(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE), revision, family);
  }
}
