package io.chatserver.bench.check;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Random;

/**
 * What comes into a user's mind while there is talk. The choices follow from the seed; the moments
 * do not.
 *
 * <p>Threads: the device's.
 */
final class Whims {
  /** Of all whims at most so many are something else than to say something. */
  private static final double OTHERS = 0.3;

  /** The weights of the others add up to this. */
  private static final int WEIGHTS = 300;

  /**
   * So many others a second of all devices together, for a login costs as much as many messages.
   */
  private static final double MOST_OTHERS = 130;

  /** Who is later than this was kept from talking. */
  private static final Duration LATE = Duration.ofMillis(200);

  /** For so long at most users talk less than later: programs that were just started are slow. */
  private static final double LONGEST_RISE_SECONDS = 15;

  private static final int LONGEST_STALL_MILLIS = 3000;
  private static final int HISTORY_LIMIT = 20;

  private final Device device;
  private final Random random;
  private final double whimsPerSecond;

  /** The part of them that says something. */
  private final double says;

  private final long begun = System.nanoTime();
  private final double riseSeconds;
  private long next = begun;

  Whims(Device device) {
    this.device = device;
    this.random = device.random();
    double rate = device.stage().settings().rate();
    double others = Math.min(rate * OTHERS / (1 - OTHERS), MOST_OTHERS);
    says = rate / (rate + others);
    whimsPerSecond = device.stage().ratePerDevice() / says;
    var rise = device.stage().settings().length().dividedBy(8);
    riseSeconds = Math.min(rise.toNanos() / 1e9, LONGEST_RISE_SECONDS);
  }

  /** Follows a whim if it is time; how long it is to the next one. */
  Duration act(Session session) throws IOException {
    long now = System.nanoTime();
    // What he wrote while he was cut off; all else that he would have done is forgotten.
    while (now - next > LATE.toNanos()) {
      if (random.nextDouble() < says) {
        say(next);
      }
      plan();
    }
    if (next - now <= 0) {
      if (random.nextDouble() < says) {
        say(next);
      } else {
        follow(random.nextInt(WEIGHTS), session);
      }
      plan();
    }
    return Duration.ofNanos(Math.max(0, next - now));
  }

  private void plan() {
    double risen = Math.clamp((next - begun) / 1e9 / riseSeconds, 0.1, 1);
    double seconds = -Math.log(1 - random.nextDouble()) / (whimsPerSecond * risen);
    next += (long) (seconds * 1e9);
  }

  private void follow(int whim, Session session) throws IOException {
    if (whim < 90) {
      acknowledge(session);
    } else if (whim < 130) {
      session.ask(new Errand.Compare(), new Command.Ping());
    } else if (whim < 160) {
      survey(session);
    } else if (whim < 190) {
      look(session);
    } else if (whim < 230) {
      repeat(session);
    } else if (whim < 240) {
      forge(session);
    } else if (whim < 255) {
      intrude(session);
    } else if (whim < 270) {
      join(session);
    } else if (whim < 275) {
      stall();
    } else if (whim < 280) {
      session.leave();
    } else if (whim < 290) {
      die(session);
    }
  }

  /** Does not read; in a short check not for long. */
  private void stall() {
    long millis = device.stage().settings().length().toMillis() / 4;
    long longest = Math.clamp(millis, 1, LONGEST_STALL_MILLIS);
    long begun = System.nanoTime();
    device.sleep(Duration.ofMillis(random.nextLong(longest)));
    device.history().add(EventKind.STALLED, null, 0, System.nanoTime() - begun, 0);
  }

  private void say(long writtenAt) {
    var open = device.open();
    if (!open.isEmpty()) {
      device.compose(any(open), writtenAt);
    }
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** All that it has, and that a part of it was read; and, to no effect, what is not its own. */
  private void acknowledge(Session session) throws IOException {
    if (!device.account().resuming()) {
      return;
    }
    var received = new HashMap<>(device.cursors().known());
    var read = new HashMap<ConversationId, Long>();
    received.forEach((conversation, seq) -> {
      long seen = random.nextInt(3) == 0 ? random.nextLong(seq + 1) : 0;
      device.history().add(EventKind.ACKS, conversation, 0, seq, seen);
      if (seen > 0) {
        read.put(conversation, seen);
      }
    });
    if (!device.foreign().isEmpty()) {
      received.put(any(device.foreign()), 1L);
    }
    session.acknowledge(received, read);
    device.cursors().save();
  }

  private void survey(Session session) throws IOException {
    if (session.isQuiet()) {
      session.survey();
    }
  }

  private void look(Session session) throws IOException {
    var known = List.copyOf(device.cursors().known().keySet());
    if (!known.isEmpty()) {
      var conversation = any(known);
      long after = random.nextLong(1 + device.cursors().known().getOrDefault(conversation, 0L));
      session.ask(
          new Errand.Look(conversation),
          new Command.History(conversation, null, after, 1 + random.nextInt(HISTORY_LIMIT)));
    }
  }

  private void repeat(Session session) throws IOException {
    var letter = device.outbox().anySettled(random);
    if (letter != null) {
      session.ask(new Errand.Repeat(letter), session.command(letter));
    }
  }

  private void forge(Session session) throws IOException {
    var letter = device.outbox().anySettled(random);
    if (letter != null) {
      var forgery =
          new Outbox.Letter(
              letter.conversation(), Saying.forgeryOf(letter.saying()), letter.writtenAt());
      session.ask(new Errand.Forge(forgery), session.command(forgery));
    }
  }

  private void intrude(Session session) throws IOException {
    if (device.foreign().isEmpty()) {
      return;
    }
    var conversation = any(device.foreign());
    var command =
        conversation.isDirect() || random.nextBoolean()
            ? new Command.History(conversation, null, 0L, HISTORY_LIMIT)
            : new Command.SendGroup(conversation.group(), "let me in");
    session.ask(new Errand.Intrude(conversation), command);
  }

  private void join(Session session) throws IOException {
    var groups = device.notJoined().stream().sorted().toList();
    if (!groups.isEmpty()) {
      join(session, any(groups));
    }
  }

  static void join(Session session, Device device, ConversationId conversation) throws IOException {
    device.history().add(EventKind.JOINS, conversation, 0);
    session.ask(new Errand.Join(conversation), new Command.JoinGroup(conversation.group()));
  }

  private void join(Session session, ConversationId conversation) throws IOException {
    join(session, device, conversation);
  }

  /** Its process is killed: it comes back with what was on its disk, if that is not lost, too. */
  private void die(Session session) throws IOException {
    if (random.nextInt(4) == 0) {
      device.cursors().forget();
    } else {
      device.cursors().restore();
    }
    if (random.nextInt(3) == 0) {
      device.token(null);
    }
    session.die();
  }
}
