package io.chatserver.server.account;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lowers the priority of a thread. Java itself can do this only with special settings for the whole
 * JVM.
 *
 * <p>On Linux nice(2) applies only to the calling thread. On other systems it applies to the
 * process, so this class does nothing there.
 */
final class Nice {
  private static final Logger log = LoggerFactory.getLogger(Nice.class);

  private Nice() {}

  /**
   * Lowers the priority of the calling thread, so that others run first when processors are busy.
   *
   * @param increment 5 gives it a third of the share of other threads, 10 a tenth (sched(7))
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
