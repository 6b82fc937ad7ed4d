package io.chatserver.server.session;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.UserId;
import io.chatserver.server.config.ServerConfig.SecondLogin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The sessions of this node: by user, and by group and event loop.
 *
 * <p>Presence is what stands here, never a column of a table: a crash leaves nobody online.
 *
 * <p>Threads: any.
 */
public final class SessionRegistry {
  private final int maxPerUser;
  private final PresenceListener listener;
  private final Map<UserId, List<Session>> sessionsByUser = new ConcurrentHashMap<>();
  private final Map<ConversationId, Map<ScheduledExecutorService, Set<Session>>> sessionsByGroup =
      new ConcurrentHashMap<>();

  /**
   * Creates it.
   *
   * @param maxPerUser the maximum of sessions of one user, at least 1
   * @param listener is notified of users that come online or go offline
   */
  public SessionRegistry(int maxPerUser, PresenceListener listener) {
    this.maxPerUser = maxPerUser;
    this.listener = listener;
  }

  /** What came of a try to register. */
  public enum Registration {
    ACCEPTED,
    /** Not registered: the user has a session. */
    IN_USE
  }

  /** Registers a session, so that from now on it is offered what comes for its user. */
  public Registration register(Session session, SecondLogin policy) {
    var sessions =
        sessionsByUser.compute(
            session.user(),
            (_, present) -> {
              if (present == null) {
                listener.userCame(session.user());
                return List.of(session);
              }
              // Excess or replaced sessions end when this one begins, so that a failed login ends
              // no session.
              return policy == SecondLogin.REJECT ? present : with(present, session);
            });
    return sessions.contains(session) ? Registration.ACCEPTED : Registration.IN_USE;
  }

  /**
   * A session begins. While its user has more sessions than the limit, the modern session that has
   * been silent longest ends. If all others are legacy, the oldest ends: legacy sessions may be
   * silent for hours while their users read.
   */
  public void begins(Session session) {
    var ended = new ArrayList<Session>();
    sessionsByUser.computeIfPresent(
        session.user(),
        (_, present) -> {
          var rest = present;
          while (rest.size() > maxPerUser) {
            var dispensable = mostDispensable(rest, session);
            ended.add(dispensable);
            rest = rest.stream().filter(each -> each != dispensable).toList();
          }
          return rest;
        });
    ended.forEach(each -> each.connection().close(DisconnectReason.SESSION_LIMIT));
  }

  private static Session mostDispensable(List<Session> sessions, Session begun) {
    long now = System.nanoTime();
    var others = sessions.stream().filter(each -> each != begun).toList();
    return others.stream()
        .filter(each -> !each.connection().form().isLegacy())
        .max(Comparator.comparingLong(each -> now - each.heardAtNanos()))
        .orElseGet(others::getFirst);
  }

  /** Offers a session what comes in a group, too. */
  public void subscribe(Session session, ConversationId group) {
    sessionsByGroup.compute(
        group,
        (_, present) -> {
          if (present == null) {
            listener.groupCame(group);
          }
          var byLoop =
              present == null
                  ? new ConcurrentHashMap<ScheduledExecutorService, Set<Session>>()
                  : present;
          byLoop
              .computeIfAbsent(session.connection().loop(), _ -> ConcurrentHashMap.newKeySet())
              .add(session);
          return byLoop;
        });
  }

  /** Forgets a session. Does nothing if it is not there. */
  public void remove(Session session, Iterable<ConversationId> groups) {
    sessionsByUser.computeIfPresent(
        session.user(),
        (user, present) -> {
          var rest = without(present, session);
          if (rest == null) {
            listener.userLeft(user);
          }
          return rest;
        });
    groups.forEach(group -> unsubscribe(session, group));
  }

  /** Offers a session no more of what comes in a group. */
  public void unsubscribe(Session session, ConversationId group) {
    sessionsByGroup.computeIfPresent(
        group,
        (_, byLoop) -> {
          byLoop.computeIfPresent(
              session.connection().loop(),
              (_, sessions) -> {
                sessions.remove(session);
                return sessions.isEmpty() ? null : sessions;
              });
          if (byLoop.isEmpty()) {
            listener.groupLeft(group);
            return null;
          }
          return byLoop;
        });
  }

  /** The sessions of a user. */
  public List<Session> sessionsOf(UserId user) {
    return sessionsByUser.getOrDefault(user, List.of());
  }

  /** The sessions that are subscribed to a group, by the event loop that serves them. */
  public Map<ScheduledExecutorService, Set<Session>> sessionsOf(ConversationId group) {
    return sessionsByGroup.getOrDefault(group, Map.of());
  }

  /** The users who have sessions. */
  public List<UserId> users() {
    return List.copyOf(sessionsByUser.keySet());
  }

  /** How many sessions there are. */
  public int size() {
    return sessionsByUser.values().stream().mapToInt(List::size).sum();
  }

  /** Whether a user has a session. */
  public boolean isOnline(UserId user) {
    return sessionsByUser.containsKey(user);
  }

  private static List<Session> with(List<Session> sessions, Session added) {
    var more = new ArrayList<>(sessions);
    more.add(added);
    return List.copyOf(more);
  }

  private static @org.jspecify.annotations.Nullable List<Session> without(
      List<Session> sessions, Session removed) {
    var rest = sessions.stream().filter(session -> session != removed).toList();
    return rest.isEmpty() ? null : rest;
  }
}
