package io.chatserver.bench.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A program of this class path in a JVM of its own, at the lowest priority: its load takes no time
 * that others want, and its end closes all that it holds.
 *
 * <p>Threads: one at a time.
 */
public final class JavaProgram implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final ChildProcess child;

  private JavaProgram(ChildProcess child) {
    this.child = child;
  }

  /**
   * Starts one with {@code nice -n 19}.
   *
   * @param options of the JVM
   * @param ready a line by which it shows that it runs
   */
  public static JavaProgram start(
      Class<?> main, List<String> options, List<String> arguments, Pattern ready) {
    var command = new ArrayList<String>();
    command.addAll(List.of(LocalMachine.program("nice", "coreutils"), "-n", "19"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    var name = main.getSimpleName();
    return new JavaProgram(ChildProcess.start(name, command, ready, START_TIMEOUT).child());
  }

  public boolean isAlive() {
    return child.isAlive();
  }

  /** The last lines that it printed. */
  public String output() {
    return child.output();
  }

  public ProcessUsage usage() {
    return new ProcessUsage(child.pid());
  }

  /** SIGTERM, and waits; kills it if that takes longer. */
  public void stop(Duration patience) {
    try {
      child.terminate(patience);
    } catch (ProcessFailed _) {
      child.kill();
    }
  }

  /** Kills it if it still runs. */
  @Override
  public void close() {
    child.close();
  }
}
