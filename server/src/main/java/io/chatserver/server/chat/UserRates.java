package io.chatserver.server.chat;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.UserId;
import io.chatserver.server.fault.RateLimit;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.session.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The buckets of one user, by {@link RateClass}.
 *
 * <p>Threads: any.
 */
final class UserRates {
  private final UserId user;
  private final Rates rates;

  /** Created at their first use, because most users only send and list. */
  private final Map<RateClass, RateLimit> limits = new ConcurrentHashMap<>(8);

  UserRates(UserId user, Rates rates) {
    this.user = user;
    this.rates = rates;
  }

  UserId user() {
    return user;
  }

  /**
   * Takes the tokens for a request. A request with {@code rid} over its rate is refused. A request
   * without {@code rid}, an acknowledgement or a ping is carried out, and its connection is paused
   * instead. A connection that ignores too many refusals is paused as well.
   *
   * @throws Rejected with {@link ErrorCode#BUSY} and the time until it would be accepted
   */
  void admit(Frame.Request request, RateClass rateClass, Connection connection) {
    boolean waits = request.rid() == null || rateClass == RateClass.SIGNALS;
    take(rateClass, 1, connection, waits);
    if (rateClass != RateClass.SENDS) {
      return;
    }
    int bytes = textBytes(request.command());
    try {
      take(RateClass.SEND_BYTES, bytes, connection, waits);
    } catch (Rejected e) {
      limit(rateClass).giveBack(1);
      throw e;
    }
  }

  /** Counts a request that is ignored, and pauses the connection if there are too many. */
  void signal(Connection connection) {
    overdraw(RateClass.SIGNALS, 1, connection);
  }

  /**
   * Takes what a login costs.
   *
   * @throws Rejected with {@link ErrorCode#BUSY} and the time at which it will not be refused
   */
  void admitLogin() {
    long nanos = limit(RateClass.LOGINS).take(1);
    if (nanos > 0) {
      rates.countRefused(user, RateClass.LOGINS);
      throw new Rejected(ErrorCode.BUSY, RateClass.LOGINS.text(), roundedUp(nanos));
    }
  }

  /**
   * Takes what reading messages from the log costs, on credit if necessary.
   *
   * @return the nanoseconds to wait before the read; 0 if the user is within the rate
   */
  long catchUp(int messages) {
    long nanos = limit(RateClass.CATCH_UP).overdraw(messages);
    if (nanos > 0) {
      rates.countPaused(user, RateClass.CATCH_UP);
    }
    return nanos;
  }

  private void take(RateClass rateClass, int tokens, Connection connection, boolean waits) {
    if (waits) {
      overdraw(rateClass, tokens, connection);
      return;
    }
    long nanos = limit(rateClass).take(tokens);
    if (nanos > 0) {
      rates.countRefused(user, rateClass);
      overdraw(RateClass.REFUSALS, 1, connection);
      throw new Rejected(ErrorCode.BUSY, rateClass.text(), roundedUp(nanos));
    }
  }

  private void overdraw(RateClass rateClass, int tokens, Connection connection) {
    long nanos = limit(rateClass).overdraw(tokens);
    if (nanos > 0) {
      rates.countPaused(user, rateClass);
      connection.pause(Duration.ofNanos(nanos));
    }
  }

  private RateLimit limit(RateClass rateClass) {
    var limit = limits.get(rateClass);
    return limit == null ? limits.computeIfAbsent(rateClass, rates::limit) : limit;
  }

  /** In whole milliseconds, as on the wire. */
  private static Duration roundedUp(long nanos) {
    return Duration.ofMillis((nanos + 999_999) / 1_000_000);
  }

  private static int textBytes(Command command) {
    return switch (command) {
      case Command.SendDirect send -> utf8Length(send.text());
      case Command.SendGroup send -> utf8Length(send.text());
      default -> 0;
    };
  }

  /** The length in UTF-8, computed without encoding. */
  static int utf8Length(String text) {
    int length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // Each surrogate of a pair counts 2: together they are 4 bytes.
        length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return length;
  }
}
