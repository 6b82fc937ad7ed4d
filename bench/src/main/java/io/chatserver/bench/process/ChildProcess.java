package io.chatserver.bench.process;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A process that was started here: ready after a certain line, signalled by its pid, and gone when
 * this JVM is.
 *
 * <p>Threads: any.
 */
final class ChildProcess implements AutoCloseable {
  private static final Duration SIGNAL_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(20);
  private static final Pattern NOTHING = Pattern.compile("(?!)");

  private final String name;
  private final Process process;
  private final OutputTail output;
  private final Thread killAtExit;

  private ChildProcess(String name, Process process, Pattern ready) {
    this.name = name;
    this.process = process;
    output = OutputTail.of(process, name, ready);
    killAtExit = new Thread(this::destroyAll, "kill-" + name);
    try {
      Runtime.getRuntime().addShutdownHook(killAtExit);
    } catch (IllegalStateException e) {
      destroyAll();
      throw new ProcessFailed(name + " is not started: this JVM is ending", e);
    }
    var _ = process.onExit().thenRun(this::leaveAtExit);
  }

  /** Starts a command and waits for the line that says that it is ready. */
  static Started start(String name, List<String> command, Pattern ready, Duration timeout) {
    var child = launch(name, command, ready);
    try {
      return new Started(
          child, child.output.match().get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      child.close();
      throw child.failed("was not ready within " + timeout.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw child.failed("ended with " + child.exitCode() + " instead of starting", e);
    } catch (InterruptedException e) {
      child.close();
      Thread.currentThread().interrupt();
      throw child.failed("was not waited for", e);
    }
  }

  /** Runs a command to its end, which must be a good one, and gives what it printed. */
  static String run(String name, List<String> command, Duration timeout) {
    try (var child = launch(name, command, NOTHING)) {
      int code = child.awaitExit(timeout);
      child.awaitEndOfOutput();
      if (code != 0) {
        throw child.failed("ended with " + code, null);
      }
      return child.output();
    }
  }

  private static ChildProcess launch(String name, List<String> command, Pattern ready) {
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .start();
      return new ChildProcess(name, process, ready);
    } catch (IOException e) {
      throw new ProcessFailed(name + " cannot be started: " + e.getMessage(), e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String output() {
    return output.text();
  }

  LogCount logCount() {
    return output.count();
  }

  /** SIGKILL, to its children, too, and waits. */
  void kill() {
    destroyAll();
    awaitExit(KILL_TIMEOUT);
  }

  /** Itself first, so that it does not replace its children. */
  private void destroyAll() {
    var children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /** SIGTERM, and waits for the exit code; 128 + n where signal n ended it. */
  int terminate(Duration timeout) {
    if (process.isAlive()) {
      // Not the process's own destroy: that closes what it still has to say.
      process.toHandle().destroy();
    }
    return awaitExit(timeout);
  }

  /** SIGSTOP: nothing runs, sockets stay open. */
  void suspend() {
    signal("STOP");
  }

  /** SIGCONT. */
  void resume() {
    signal("CONT");
  }

  /** Ends the process in whatever state it is. */
  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }

  private void signal(String signal) {
    // The shell's own kill: it is there on the barest machine.
    var command = List.of("sh", "-c", "kill -s \"$0\" \"$1\"", signal, Long.toString(pid()));
    run("kill", command, SIGNAL_TIMEOUT);
  }

  private int awaitExit(Duration timeout) {
    try {
      if (process.waitFor(timeout)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("was not waited for", e);
    }
    throw failed("did not end within " + timeout.toSeconds() + " s", null);
  }

  /** The exit code of a process whose output has ended, which is a moment before its own end. */
  private int exitCode() {
    try (this) {
      return awaitExit(SIGNAL_TIMEOUT);
    }
  }

  private void awaitEndOfOutput() {
    try {
      output.match().get(SIGNAL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException _) {
      // The end shows as a failure to match; a grandchild that keeps the pipe open does not matter.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has this JVM end without ending it. */
  void leaveAtExit() {
    try {
      Runtime.getRuntime().removeShutdownHook(killAtExit);
    } catch (IllegalStateException _) {
      // The JVM is ending already.
    }
  }

  private ProcessFailed failed(String what, @Nullable Throwable cause) {
    var message = name + " " + what + "; its output:\n" + output();
    return cause == null ? new ProcessFailed(message) : new ProcessFailed(message, cause);
  }

  /** A process that is ready, and the line that said so. */
  record Started(ChildProcess child, MatchResult line) {}
}
