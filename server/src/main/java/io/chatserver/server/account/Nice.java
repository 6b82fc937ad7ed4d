package io.chatserver.server.account;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lowers the priority of a thread, which Java can only ask for where the whole JVM is set up so.
 *
 * <p>On Linux nice(2) concerns the calling thread alone; elsewhere it would be the process, so
 * nothing is done.
 */
final class Nice {
  private static final Logger log = LoggerFactory.getLogger(Nice.class);

  private Nice() {}

  /**
   * Lets the calling thread give way to others where processors are short.
   *
   * @param increment 5 leaves it a third of the share of others, 10 a tenth (sched(7))
   */
  @SuppressWarnings("restricted")
  static void giveWay(int increment) {
    if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")) {
      return;
    }
    try {
      var linker = Linker.nativeLinker();
      var nice =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("nice"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT));
      int _ = (int) nice.invokeExact(increment);
    } catch (Throwable e) {
      log.debug("nice(2) cannot be called", e);
    }
  }
}
