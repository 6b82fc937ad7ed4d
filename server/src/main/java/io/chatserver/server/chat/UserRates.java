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
 * What one user has left of each {@link RateClass}.
 *
 * <p>Threads: any.
 */
final class UserRates {
  private final UserId user;
  private final Rates rates;

  /** Made when they are first used: most users only send and list. */
  private final Map<RateClass, RateLimit> limits = new ConcurrentHashMap<>(8);

  UserRates(UserId user, Rates rates) {
    this.user = user;
    this.rates = rates;
  }

  UserId user() {
    return user;
  }

  /**
   * Takes what a request costs. A client that asks too fast is refused if it can be told when to
   * try again; the requests of one that gives no {@code rid} are done, and then its connection is
   * not read for a while. So are acknowledgements and pings, which are not worth an answer more.
   * Nor is the connection read of one that goes on though it is refused.
   *
   * @throws Rejected with {@link ErrorCode#BUSY} and the time at which it will not be refused
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

  /** In whole milliseconds, as it stands on the wire. */
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

  /** Without making the bytes. */
  static int utf8Length(String text) {
    int length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // Each half of a pair counts 2: together they are 4 bytes.
        length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return length;
  }
}
