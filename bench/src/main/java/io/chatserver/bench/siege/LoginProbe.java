package io.chatserver.bench.siege;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chatserver.bench.Throttling;
import io.chatserver.protocol.Reply;
import java.io.IOException;
import java.time.Duration;

/**
 * A well-behaved user that logs in by password on a new connection every few seconds, and
 * disconnects.
 *
 * <p>Threads: its own; any reads the results.
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

  /**
   * Retries until it is logged in. Returns the reason if that took too long, else an empty text.
   */
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

  /**
   * Retries on the same connection after the requested time, because that keeps its turn in the
   * queue.
   */
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

  /** Stops; a login in progress counts with its time so far. */
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
   * The results.
   *
   * @param failed logins that were refused, or took more than half a minute
   * @param longest the longest of all logins, including failed ones
   */
  record Found(int done, int failed, Duration longest, String lastFailure) {}
}
