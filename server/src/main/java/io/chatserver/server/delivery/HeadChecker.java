package io.chatserver.server.delivery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.MemberStore;
import io.chatserver.server.message.Standing;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import io.chatserver.server.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks in the database whether the sessions of this node lack something that nobody told them of:
 * once, spread over some seconds, when something may have been missed; again and again while a node
 * is cut off from the relay. At the same time it tells the other nodes again of sessions that
 * replace others ({@link Replacements}), which they may not have heard of.
 *
 * <p>Threads: any; {@code head-check} does it.
 */
public final class HeadChecker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HeadChecker.class);
  private static final Duration INTERVAL = Duration.ofMillis(500);

  /** Over so many intervals one check is spread, so that it disturbs nobody: 2 s. */
  private static final int STEPS = 4;

  /** Of a database that is slow: {@link #polling} is to be asked again by then. */
  private static final Duration LONGEST_STEP = Duration.ofSeconds(2);

  /** As often a check is made without a reason: it finds what nobody has thought of. */
  private static final Duration IDLE_INTERVAL = Duration.ofMinutes(1);

  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(15);
  private static final int USERS_AT_A_TIME = MemberStore.USERS_AT_A_TIME;

  private final MemberStore members;
  private final SessionRegistry registry;
  private final Replacements replacements;
  private final BooleanSupplier polling;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock") private boolean requested;

  @GuardedBy("lock") private boolean stopping;

  /** Whom the check that has begun is still to look at; the thread's own. */
  private List<UserId> unchecked = List.of();

  private int atATime;
  private final Thread thread = Thread.ofPlatform().name("head-check").unstarted(this::run);

  /**
   * Starts it.
   *
   * @param polling whether to check again and again; asked twice a second or so, may block
   */
  public HeadChecker(
      MemberStore members,
      SessionRegistry registry,
      Replacements replacements,
      BooleanSupplier polling) {
    this.members = members;
    this.registry = registry;
    this.replacements = replacements;
    this.polling = polling;
    thread.start();
  }

  /** Asks for one check of all sessions. */
  public void request() {
    lock.lock();
    try {
      requested = true;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    long lastCheck = System.nanoTime();
    while (pause(INTERVAL)) {
      try {
        boolean isPolling = polling.getAsBoolean();
        boolean isDue = System.nanoTime() - lastCheck > IDLE_INTERVAL.toNanos();
        // All are looked at before any is again, however often that is asked for.
        if (unchecked.isEmpty() && (takeRequest() || isPolling || isDue)) {
          lastCheck = System.nanoTime();
          unchecked = registry.users();
          atATime = unchecked.size() / STEPS + 1;
        }
        check(isPolling ? unchecked.size() : atATime);
      } catch (StorageException e) {
        // The log's writers say that the database is down.
        log.debug("heads cannot be checked: {}", e.getMessage());
      } catch (RuntimeException e) {
        log.error("heads cannot be checked", e);
        // Whatever it is: the others are not to wait for it.
        unchecked = List.of();
      }
    }
  }

  private boolean takeRequest() {
    lock.lock();
    try {
      boolean taken = requested;
      requested = false;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Waits; false if it is to end. */
  private boolean pause(Duration time) {
    lock.lock();
    try {
      long left = time.toNanos();
      while (!stopping && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !stopping;
    } catch (InterruptedException _) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Looks at some; whoever could not be looked at stays to be. */
  private void check(int most) {
    long begun = System.nanoTime();
    int left = Math.min(most, unchecked.size());
    while (left > 0 && System.nanoTime() - begun < LONGEST_STEP.toNanos()) {
      int count = Math.min(left, USERS_AT_A_TIME);
      check(unchecked.subList(0, count));
      unchecked = unchecked.subList(count, unchecked.size());
      left -= count;
    }
  }

  private void check(List<UserId> users) {
    replacements.tell(users);
    members
        .standingsOf(users)
        .forEach((user, standings) -> {
          for (var session : registry.sessionsOf(user)) {
            try {
              session.connection().loop().execute(() -> look(session, standings));
            } catch (RejectedExecutionException _) {
              // The loop has ended, and its connections with it.
            }
          }
        });
  }

  private void look(Session session, List<Standing> standings) {
    for (var standing : standings) {
      var conversation = standing.conversation();
      boolean isNew = session.feed().look(standing);
      if (isNew && !conversation.isDirect()) {
        registry.subscribe(session, conversation);
        // What other nodes store before they know of that, they tell nobody here.
        request();
      }
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(JOIN_TIMEOUT)) {
        log.error("the check of heads did not end within {}", JOIN_TIMEOUT);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
