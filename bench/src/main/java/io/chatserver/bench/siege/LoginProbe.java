package io.chatserver.bench.siege;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chatserver.bench.Throttling;
import io.chatserver.protocol.Reply;
import java.io.IOException;
import java.time.Duration;

/**
 * A well-behaved user who logs in by password on a new connection every few seconds, and leaves.
 *
 * <p>Threads: one of its own; any asks what it found.
 */
final class LoginProbe implements Runnable {
  private static final Duration INTERVAL = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration AGAIN = Duration.ofMillis(100);

  private final Guest guest;
  private final Door door;
  private final String source;
  private volatile boolean over;

  @GuardedBy("this") private int done;

  @GuardedBy("this") private int failed;

  @GuardedBy("this") private long begun;

  @GuardedBy("this") private boolean underWay;

  @GuardedBy("this") private Duration longest = Duration.ZERO;

  @GuardedBy("this") private String lastFailure = "";

  LoginProbe(Guest guest, Door door, String source) {
    this.guest = guest;
    this.door = door;
    this.source = source;
  }

  @Override
  public void run() {
    try {
      while (!over) {
        begin();
        note(logIn());
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tries until it is logged in; why not, where that took too long, else empty. */
  String logIn() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    var why = "";
    while (System.nanoTime() - deadline < 0) {
      try (var connection = new GuestConnection(door, source, _ -> {})) {
        why = logIn(connection, deadline);
        if (why.isEmpty()) {
          return "";
        }
      } catch (IOException e) {
        why = String.valueOf(e.getMessage());
      }
      Thread.sleep(AGAIN);
    }
    return why.isEmpty() ? "no answer" : why;
  }

  /** Asks again on the same connection, as it is told to, for that keeps its turn in the line. */
  private String logIn(GuestConnection connection, long deadline)
      throws IOException, InterruptedException {
    while (true) {
      var left = Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
      var reply = connection.answer(guest.byPassword(), left);
      if (reply instanceof Reply.LoggedIn) {
        return "";
      }
      if (!(reply instanceof Reply.Failed(var code, var _, var after)) || !code.isRetryable()) {
        return Throttling.explain(reply);
      }
      var pause = after == null ? AGAIN : after;
      if (System.nanoTime() + pause.toNanos() - deadline > 0) {
        return Throttling.explain(reply);
      }
      Thread.sleep(pause);
    }
  }

  private synchronized void begin() {
    begun = System.nanoTime();
    underWay = true;
  }

  private synchronized void note(String why) {
    if (over) {
      return;
    }
    underWay = false;
    if (why.isEmpty()) {
      done++;
    } else {
      failed++;
      lastFailure = why;
    }
    noteTime();
  }

  @GuardedBy("this") private void noteTime() {
    var time = Duration.ofNanos(System.nanoTime() - begun);
    longest = time.compareTo(longest) > 0 ? time : longest;
  }

  /** Ends; a login under way counts with the time that it has taken so far. */
  synchronized void end() {
    over = true;
    if (underWay) {
      noteTime();
    }
  }

  String source() {
    return source;
  }

  synchronized Found found() {
    return new Found(done, failed, longest, lastFailure);
  }

  /**
   * What it found.
   *
   * @param failed logins that were refused, or took more than half a minute
   * @param longest of all, also those that failed
   */
  record Found(int done, int failed, Duration longest, String lastFailure) {}
}
