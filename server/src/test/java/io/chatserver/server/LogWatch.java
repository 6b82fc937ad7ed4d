package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Watches what is logged, and what no thread catches: whatever clients do, no stack trace is to be
 * seen, nor a leaked buffer.
 */
final class LogWatch implements AutoCloseable {
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Appender appender = new Appender();
  private final Thread.@Nullable UncaughtExceptionHandler before =
      Thread.getDefaultUncaughtExceptionHandler();

  private LogWatch() {
    appender.start();
    root.addAppender(appender);
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
      faults.add("uncaught in " + thread + ": " + e);
      e.printStackTrace();
    });
  }

  static LogWatch start() {
    return new LogWatch();
  }

  /** Checks that nothing was amiss, and watches no more. */
  @Override
  public void close() {
    Thread.setDefaultUncaughtExceptionHandler(before);
    root.detachAppender(appender);
    assertThat(faults).isEmpty();
  }

  private final class Appender extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      boolean hasStackTrace =
          event.getThrowableProxy() != null && event.getLevel().isGreaterOrEqual(Level.WARN);
      if (hasStackTrace || event.getFormattedMessage().startsWith("LEAK")) {
        faults.add(event + " " + event.getThrowableProxy());
      }
    }
  }
}
