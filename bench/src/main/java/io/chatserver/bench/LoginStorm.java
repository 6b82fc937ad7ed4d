package io.chatserver.bench;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Logins under way. Each counts from before the connection is made to the server's answer, whatever
 * it was told to wait in between.
 *
 * <p>Threads: one drives it; each login goes on where its answer comes in.
 */
final class LoginStorm implements Scenario.Run {
  private static final Duration DEFAULT_RETRY = Duration.ofMillis(100);

  private final Crew crew;
  private final Meter meter;
  private final Queue<Guest> waiting;
  private final int atOnce;
  private final Duration drain;
  private final LongAdder refused = new LongAdder();
  private final List<CompletableFuture<Void>> ends = new ArrayList<>();
  private volatile boolean stopping;

  LoginStorm(Scenario.Stage stage, Queue<Guest> waiting, int atOnce, Duration drain) {
    crew = stage.crew();
    meter = stage.meter();
    this.waiting = waiting;
    this.atOnce = atOnce;
    this.drain = drain;
  }

  @Override
  public void start() {
    for (int i = 0; i < atOnce; i++) {
      var end = new CompletableFuture<Void>();
      ends.add(end);
      next(end);
    }
  }

  private void next(CompletableFuture<Void> end) {
    var guest = waiting.poll();
    if (stopping || guest == null) {
      end.complete(null);
      return;
    }
    long start = System.nanoTime();
    var _ =
        crew.connect(guest.account)
            .whenComplete((user, failure) -> {
              if (failure == null) {
                logIn(new Login(guest, user, start, end));
              } else {
                violated(guest.account, "connecting: " + Throttling.explain(failure));
                waiting.add(guest);
                next(end);
              }
            });
  }

  private void logIn(Login login) {
    var _ =
        login
            .user
            .ask(login.guest.login, Crew.REPLY_TIMEOUT)
            .whenComplete((reply, failure) -> answered(login, reply, failure));
  }

  private void answered(Login login, @Nullable Reply reply, @Nullable Throwable failure) {
    var account = login.guest.account;
    if (reply instanceof Reply.Failed failed && isForLater(failed) && !stopping) {
      refused.increment();
      var pause = failed.retryAfter() == null ? DEFAULT_RETRY : failed.retryAfter();
      var _ =
          login.user.loop().schedule(() -> logIn(login), pause.toMillis(), TimeUnit.MILLISECONDS);
      return;
    }
    if (reply instanceof Reply.LoggedIn(var id, _, _, _, _, _, _)) {
      meter.done(System.nanoTime() - login.start);
      if (account.id() != null && !account.id().equals(id)) {
        violated(account, "is " + account.id() + ", but was logged in as " + id);
      }
    } else if (!stopping) {
      violated(account, Throttling.explain(failure == null ? reply : failure));
    }
    login.user.leave();
    waiting.add(login.guest);
    next(login.end);
  }

  /** The original's users are online until it has seen that their connection is closed. */
  private boolean isForLater(Reply.Failed failed) {
    boolean isStillOnline = failed.code() == ErrorCode.ACCOUNT_IN_USE;
    return failed.code().isRetryable() || (isStillOnline && !crew.wire().promisesDelivery());
  }

  private void violated(Account account, String what) {
    meter.violations().add(account + ": " + what);
  }

  @Override
  public Tally stop() {
    stopping = true;
    var all = CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new));
    boolean ended = Waiting.atMost(drain, all);
    long open = ended ? 0 : ends.stream().filter(end -> !end.isDone()).count();
    return new Tally(open, refused.sum());
  }

  /** A user who comes again and again, and how he logs in. */
  record Guest(Account account, Command.Login login) {}

  /** One of them; {@code end} is for when no other is to follow it. */
  private record Login(Guest guest, VirtualUser user, long start, CompletableFuture<Void> end) {}
}
