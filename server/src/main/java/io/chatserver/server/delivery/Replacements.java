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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Keeps each user at one session on all nodes, the newest, where {@code session.second_login} is
 * {@code replace}.
 *
 * <p>A session is ordered when it begins, after its route was written, and the other nodes are told
 * of it. Each node closes all but the newest that it knows of, and tells of that in turn who told
 * of an older one. So of some that begin at once, wherever, one stays; and one that comes to
 * nothing closes no other.
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

  /** A session begins: what its user had before ends. */
  public void begins(Session session, long order) {
    if (order != 0) {
      session.order(order);
      heard(session.user(), 0);
    }
  }

  /** A user has a session of this order elsewhere, or none that is known of: 0. */
  void heard(UserId user, long order) {
    var sessions = registry.sessionsOf(user);
    long newest = Math.max(order, sessions.stream().mapToLong(Session::order).max().orElse(0));
    for (var session : sessions) {
      if (session.order() != 0 && session.order() < newest) {
        session.connection().close(DisconnectReason.REPLACED);
      }
    }
    if (newest > order) {
      relay.tell(List.of(notice(user, newest)));
    }
  }

  /** Tells of the sessions of users again: somebody may not have heard of them. */
  void tell(List<UserId> users) {
    var notices = new ArrayList<Relay.Notice>();
    for (var user : users) {
      for (var session : registry.sessionsOf(user)) {
        if (session.order() != 0) {
          notices.add(notice(user, session.order()));
        }
      }
    }
    relay.tell(notices);
  }

  private static Relay.Notice notice(UserId user, long order) {
    return new Relay.Notice(new NodeEvent.Began(user, order), List.of(Route.of(user)));
  }
}
