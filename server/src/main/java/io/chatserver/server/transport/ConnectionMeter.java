package io.chatserver.server.transport;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.server.fault.CountedLog;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts closed and paused connections by reason.
 *
 * <p>Threads: any.
 */
public final class ConnectionMeter {
  private static final Logger log = LoggerFactory.getLogger(ConnectionMeter.class);

  private final CountedLog pausedLog = new CountedLog(log::info);
  private final Map<DisconnectReason, LongAdder> closed =
      Arrays.stream(DisconnectReason.values())
          .collect(Collectors.toMap(Function.identity(), _ -> new LongAdder()));
  private final LongAdder foreign = new LongAdder();
  private final LongAdder loggedOutPauses = new LongAdder();
  private final LongAdder paused = new LongAdder();

  void countClosed(DisconnectReason reason) {
    Objects.requireNonNull(closed.get(reason)).increment();
  }

  void countForeign() {
    foreign.increment();
  }

  void countLoggedOutPause(NettyConnection connection) {
    loggedOutPauses.increment();
    pausedLog.add(() -> connection + " sends much without a login: not read for a while");
  }

  void countPaused(int difference) {
    paused.add(difference);
  }

  /** Connections that the server closed for this reason. */
  public long closed(DisconnectReason reason) {
    return Objects.requireNonNull(closed.get(reason)).sum();
  }

  /** Connections that began with the bytes of another protocol, and were closed. */
  public long foreign() {
    return foreign.sum();
  }

  /** The number of pauses of connections without a login. */
  public long loggedOutPauses() {
    return loggedOutPauses.sum();
  }

  /** Connections that are paused now because their clients send requests too fast. */
  public int paused() {
    return paused.intValue();
  }
}
