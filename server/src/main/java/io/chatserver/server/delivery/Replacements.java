package io.chatserver.server.delivery;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.UserId;
import io.chatserver.server.cluster.NodeEvent;
import io.chatserver.server.cluster.Relay;
import io.chatserver.server.cluster.Route;
import io.chatserver.server.config.ServerConfig.SecondLogin;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import io.chatserver.server.storage.Database;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Keeps each user at one session on all nodes, the newest, where {@code session.second_login} is
 * {@code replace}.
 *
 * <p>A node tells of a session that begins; who has an older one closes it, and who has a newer one
 * tells of that in turn. So of two that begin at once on two nodes one stays.
 *
 * <p>Threads: any; nothing blocks but {@link #nextOrder}.
 */
public final class Replacements {
  private static final int ORDER_BITS = 20;

  private final SessionRegistry registry;
  private final Relay relay;
  private final Database database;
  private final SecondLogin policy;

  public Replacements(
      SessionRegistry registry, Relay relay, Database database, SecondLogin policy) {
    this.registry = registry;
    this.relay = relay;
    this.database = database;
    this.policy = policy;
  }

  /**
   * The order of a session that begins now, by the database's clock, for those of the nodes differ;
   * those of one millisecond are ordered somehow. Blocks.
   */
  public long nextOrder() {
    return policy == SecondLogin.REPLACE
        ? (database.unixMillis() << ORDER_BITS)
            | ThreadLocalRandom.current().nextInt(1 << ORDER_BITS)
        : 0;
  }

  /** Tells the other nodes of a session; its route is to be written by then. */
  public void tell(Session session) {
    relay.tell(List.of(notice(session)));
  }

  /** Tells of the sessions of users again: somebody may not have heard of them. */
  void tell(List<UserId> users) {
    if (policy == SecondLogin.REPLACE) {
      relay.tell(
          users.stream()
              .flatMap(user -> registry.sessionsOf(user).stream())
              .map(Replacements::notice)
              .toList());
    }
  }

  private static Relay.Notice notice(Session session) {
    var replaced = new NodeEvent.Replaced(session.user(), session.order());
    return new Relay.Notice(replaced, List.of(Route.of(session.user())));
  }

  /** A user has a session elsewhere. */
  void heard(UserId user, long order) {
    for (var session : registry.sessionsOf(user)) {
      if (session.order() < order) {
        session.connection().close(DisconnectReason.REPLACED);
      } else if (session.order() > order) {
        tell(session);
      }
    }
  }
}
