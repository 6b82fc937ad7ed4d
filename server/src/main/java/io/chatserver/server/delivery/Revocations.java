package io.chatserver.server.delivery;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.server.account.AccountChange;
import io.chatserver.server.account.AccountChanges;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the sessions of this node whose account was disabled, or whose password or token is no
 * longer valid.
 *
 * <p>A change ends a session if its login was checked before the change. A login first registers
 * its session and then checks {@link #isRevoked}. A change is first recorded and then looks for
 * registered sessions. So one of the two finds the other.
 *
 * <p>Threads: any.
 */
public final class Revocations implements AccountChanges.Listener {
  private static final Logger log = LoggerFactory.getLogger(Revocations.class);

  private final SessionRegistry registry;
  private final LongAdder ended = new LongAdder();

  public Revocations(SessionRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void changed(List<AccountChange> changes) {
    for (var change : changes) {
      int count = 0;
      for (var session : registry.sessionsOf(change.user())) {
        if (ends(change, session)) {
          session.connection().close(reason(change));
          count++;
        }
      }
      ended.add(count);
      if (count > 0) {
        log.info("user {} {}: {} sessions end", change.user(), change.kind(), count);
      }
    }
  }

  /** Ends all sessions, because it is unknown which may stay. Their clients log in again. */
  @Override
  public void mayHaveMissed() {
    endAll(DisconnectReason.FAULT);
  }

  /** Ends all sessions; their clients log in again. */
  public void endAll(DisconnectReason why) {
    for (var user : registry.users()) {
      for (var session : registry.sessionsOf(user)) {
        session.connection().close(why);
        ended.increment();
      }
    }
  }

  /** Whether one of these changes ends a session. */
  public static boolean isRevoked(Session session, List<AccountChange> changes) {
    return changes.stream()
        .anyMatch(change -> change.user().equals(session.user()) && ends(change, session));
  }

  private static boolean ends(AccountChange change, Session session) {
    var grant = session.grant();
    if (change.revision() <= grant.revision() || change.keptSession() == grant.session()) {
      return false;
    }
    return switch (change.kind()) {
      case DISABLED, PASSWORD_CHANGED -> true;
      case TOKENS_REVOKED -> grant.family() != null;
      case FAMILY_REVOKED -> grant.family() != null && grant.family().equals(change.family());
    };
  }

  private static DisconnectReason reason(AccountChange change) {
    return change.kind() == AccountChange.Kind.DISABLED
        ? DisconnectReason.ACCOUNT_DISABLED
        : DisconnectReason.SESSION_REVOKED;
  }

  /** The number of ended sessions. */
  public long ended() {
    return ended.sum();
  }
}
