package io.chatserver.protocol;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The original's text form of a time, {@code 2026-11-21 02:07:49}, in one zone.
 *
 * <p>Threads: any. Messages of one second share their text, so the last one is kept.
 */
final class TimeText {
  private final DateTimeFormatter format;
  private volatile @Nullable Second last;

  TimeText(ZoneId zone) {
    format = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(zone);
  }

  String of(Instant time) {
    var known = last;
    if (known == null || known.number != time.getEpochSecond()) {
      known = new Second(time.getEpochSecond(), format.format(time));
      last = known;
    }
    return known.text;
  }

  private record Second(long number, String text) {}
}
