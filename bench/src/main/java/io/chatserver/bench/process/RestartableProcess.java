package io.chatserver.bench.process;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * A process that can be killed, hung, and started again with what it left.
 *
 * <p>Threads: one at a time.
 */
public abstract sealed class RestartableProcess implements AutoCloseable
    permits MariaDb, Nginx, Redis, ServerProcess {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

  private final Supplier<ChildProcess> launch;
  private ChildProcess child;
  private boolean ownedAtExit;
  private boolean suspended;

  RestartableProcess(Supplier<ChildProcess> launch) {
    this.launch = launch;
    child = launch.get();
  }

  final ChildProcess child() {
    return child;
  }

  public final long pid() {
    return child.pid();
  }

  public final boolean isAlive() {
    return child.isAlive();
  }

  /** What it printed last. */
  public final String output() {
    return child.output();
  }

  /** Counts of the lines that it printed since it was started last. */
  public final LogCount logCount() {
    return child.logCount();
  }

  /** Its use of the machine. */
  public final ProcessUsage usage() {
    return new ProcessUsage(pid());
  }

  /** SIGKILL, and waits. */
  public final void kill() {
    child.kill();
  }

  /** Starts it again on the same port and data, killing it first if it still runs. */
  public final void restart() {
    close();
    suspended = false;
    child = launch.get();
    if (ownedAtExit) {
      child.leaveAtExit();
    }
  }

  /** Stops it in an orderly way if it still runs, which takes a moment. */
  public final void stop() {
    if (isAlive()) {
      if (suspended) {
        resume();
      }
      child.terminate(STOP_TIMEOUT);
    }
  }

  /** Leaves it to the caller to end it when this JVM ends; else it is killed then. */
  public final void leaveAtExit() {
    ownedAtExit = true;
    child.leaveAtExit();
  }

  /** SIGSTOP: it hangs, and its connections with it, until {@link #resume}. */
  public final void suspend() {
    suspended = true;
    child.suspend();
  }

  /** SIGCONT. */
  public final void resume() {
    suspended = false;
    child.resume();
  }

  /** Kills it if it still runs. */
  @Override
  public final void close() {
    child.close();
    clearAway();
  }

  /** Ends what it left behind when it ended. */
  void clearAway() {}
}
