package io.chatserver.server.storage;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What a class logs, until this is closed, instead of the console. */
public final class RecordedLog implements AutoCloseable {
  private final Logger logger;
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  RecordedLog(Class<?> of) {
    this(of, Level.WARN);
  }

  /** Records from a level on. */
  public RecordedLog(Class<?> of, Level level) {
    logger = (Logger) LoggerFactory.getLogger(of);
    logger.setLevel(level);
    logger.setAdditive(false);
    logger.addAppender(lines);
    lines.start();
  }

  List<String> warnings() {
    return lines.list.stream()
        .filter(line -> line.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  /** All lines so far. */
  public List<String> lines() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Override
  public void close() {
    logger.setLevel(null);
    logger.detachAppender(lines);
    logger.setAdditive(true);
  }
}
