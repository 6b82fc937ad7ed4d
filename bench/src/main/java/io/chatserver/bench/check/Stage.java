package io.chatserver.bench.check;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.UnknownEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all devices of a check have in common: the server, what is to be done just now, and how much
 * was.
 *
 * <p>Threads: any.
 */
final class Stage {
  /** What devices are to do. */
  enum Phase {
    /** Talk, and all else that users do. */
    TALK,
    /** Say nothing new, but bring to its end what was begun. */
    SETTLE,
    /** Get all that there is, and leave. */
    FINISH
  }

  private final List<Door> doors;
  private final Settings settings;
  private final Cast cast;
  private final CountDownLatch unsettled;
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder sessions = new LongAdder();
  private final LongAdder throttled = new LongAdder();
  private volatile Phase phase = Phase.TALK;
  private volatile Map<ConversationId, Long> heads = Map.of();

  Stage(List<Door> doors, Settings settings, Cast cast) {
    this.doors = List.copyOf(doors);
    this.settings = settings;
    this.cast = cast;
    this.unsettled = new CountDownLatch(cast.devices().size());
  }

  /** Where a device connects this time. */
  Door door(Random random) {
    return doors.get(random.nextInt(doors.size()));
  }

  /** Whether a device that is not answered can go elsewhere. */
  boolean hasManyDoors() {
    return doors.size() > 1;
  }

  Settings settings() {
    return settings;
  }

  Cast cast() {
    return cast;
  }

  /** Messages a second that one device is to say. */
  double ratePerDevice() {
    return settings.rate() / cast.devices().size();
  }

  Phase phase() {
    return phase;
  }

  void settle() {
    phase = Phase.SETTLE;
  }

  /** Lets devices leave when they have got all up to these. */
  void finish(LogCopy log) {
    var last = new HashMap<ConversationId, Long>();
    log.parts().forEach((conversation, part) -> last.put(conversation, part.head()));
    heads = Map.copyOf(last);
    phase = Phase.FINISH;
  }

  long head(ConversationId conversation) {
    return heads.getOrDefault(conversation, 0L);
  }

  /** Counted down by each device that has nothing left to bring to its end. */
  CountDownLatch unsettled() {
    return unsettled;
  }

  LongAdder acknowledged() {
    return acknowledged;
  }

  LongAdder delivered() {
    return delivered;
  }

  LongAdder sessions() {
    return sessions;
  }

  /** Refusals and closings that come from limits of the server. */
  LongAdder throttled() {
    return throttled;
  }

  /** Which message this is, by {@link Saying}; negative if its sender cannot have said it. */
  long identify(LogEntry entry) {
    return switch (entry) {
      case ChatMessage message -> identify(message);
      case MemberEntry change when change.change() == MemberEntry.Change.JOINED ->
          Saying.joined(change.user());
      case MemberEntry _, UnknownEntry _ -> Saying.OTHER_ENTRY;
    };
  }

  private long identify(ChatMessage message) {
    long saying = Saying.withText(message.text());
    List<Account> devices = cast.devices();
    boolean isHis =
        Saying.isKnown(saying)
            && Saying.device(saying) < devices.size()
            && cast.userOf(Saying.device(saying)).equals(message.sender());
    return isHis ? saying : -1;
  }
}
