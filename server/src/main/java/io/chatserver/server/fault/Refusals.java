package io.chatserver.server.fault;

import io.chatserver.protocol.ErrorCode;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Counts the messages that were refused, by what was wrong.
 *
 * <p>Threads: any.
 */
public final class Refusals {
  private final Map<ErrorCode, LongAdder> counts =
      Arrays.stream(ErrorCode.values())
          .collect(
              Collectors.toMap(
                  Function.identity(),
                  _ -> new LongAdder(),
                  (one, _) -> one,
                  () -> new EnumMap<>(ErrorCode.class)));

  /** One more was refused. */
  public void add(ErrorCode code) {
    of(code).increment();
  }

  /** How many were refused. */
  public long count(ErrorCode code) {
    return of(code).sum();
  }

  private LongAdder of(ErrorCode code) {
    return Objects.requireNonNull(counts.get(code));
  }
}
