package io.chatserver.bench.process;

import java.util.function.Supplier;

/**
 * A process that can be killed, hung, and started again with what it left.
 *
 * <p>Threads: one at a time.
 */
public abstract sealed class RestartableProcess implements AutoCloseable
    permits MariaDb, ServerProcess {
  private final Supplier<ChildProcess> launch;
  private ChildProcess child;

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
    child.close();
    child = launch.get();
  }

  /** SIGSTOP: it hangs, and its connections with it, until {@link #resume}. */
  public final void suspend() {
    child.suspend();
  }

  /** SIGCONT. */
  public final void resume() {
    child.resume();
  }

  /** Kills it if it still runs. */
  @Override
  public final void close() {
    child.close();
  }
}
