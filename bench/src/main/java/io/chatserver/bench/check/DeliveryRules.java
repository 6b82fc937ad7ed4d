package io.chatserver.bench.check;

import io.chatserver.protocol.UserId;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** What must hold of all that one device was told. */
final class DeliveryRules {
  private final Evidence evidence;
  private final int device;
  private final UserId user;
  private final boolean resuming;
  private final Joins joins;
  private final PlaceLadders ladders;
  private final Findings findings;
  private final Map<Long, BitSet> delivered = new HashMap<>();
  private final Map<Long, Long> cursors = new HashMap<>();
  private final Map<Long, Stream> streams = new HashMap<>();
  private long loginAt;
  private long sessionAt;

  DeliveryRules(
      Evidence evidence, int device, Joins joins, PlaceLadders ladders, Findings findings) {
    this.evidence = evidence;
    this.device = device;
    this.joins = joins;
    this.ladders = ladders;
    this.findings = findings;
    var account = evidence.cast().devices().get(device);
    this.user = account.id();
    this.resuming = account.resuming();
  }

  void apply() {
    var history = evidence.histories().get(device);
    for (var event : history.events()) {
      switch (event.kind()) {
        case LOGIN -> {
          cursors.clear();
          loginAt = event.at();
        }
        case CURSOR -> cursors.put(event.conversation(), event.seq());
        case SESSION -> begin(event);
        case GONE -> end();
        case STORED -> stored(event);
        case PUSHED, PAGED -> {
          checkContent(event);
          pushed(event);
        }
        case READ -> checkContent(event);
        case PLACE, PEER_PLACE, RECEIPT -> checkMembership(event);
        case ADMITTED ->
            findings.add(Invariant.MEMBERS_ONLY, device, event, "a stranger was let in");
        case LAGS ->
            findings.add(
                Invariant.UP_TO_DATE,
                device,
                event,
                "the last messages did not come, only up to " + event.seq() + " of " + event.x());
        case DIGEST_DIFFERS -> findings.add(Invariant.DIGEST, device, event, "the digests differ");
        case STRANGE ->
            findings.add(Invariant.AS_THE_PROTOCOL_SAYS, device, event, history.note(event.x()));
        default -> {}
      }
    }
    end();
    if (resuming) {
      checkComplete();
    }
  }

  private void begin(Event event) {
    sessionAt = event.at();
    streams.clear();
    cursors.forEach((conversation, seq) -> {
      // Nobody is shown what was said before he joined, wherever he says he is.
      long joined = joins.joined(user, conversation);
      if (joined != Joins.UNKNOWN) {
        streams.put(conversation, new Stream(Math.max(seq, joined)));
      }
    });
  }

  private void end() {
    streams.forEach((conversation, stream) -> {
      if (!stream.missing().isEmpty()) {
        long first = stream.missing().first();
        var text = stream.missing().size() + " messages, from " + first + " on, were skipped";
        findings.add(
            new Violation(
                Invariant.NO_HOLE, device, conversation, first, stream.lastEvent(), text));
      }
    });
    streams.clear();
  }

  private Stream stream(Event event) {
    return streams.computeIfAbsent(event.conversation(), _ -> new Stream(Stream.UNKNOWN));
  }

  private void stored(Event event) {
    if (stream(event).stored(event.seq())) {
      deliver(event.conversation(), event.seq());
    }
  }

  private void pushed(Event event) {
    var stream = stream(event);
    switch (stream.push(event.seq(), event.index())) {
      case FIRST -> {
        long lowest = stream.lowestBase(event.seq());
        for (long seq = lowest + 1; seq < event.seq(); seq++) {
          deliver(event.conversation(), seq);
        }
        if (resuming) {
          checkBase(event, lowest);
        }
      }
      case REPEATED ->
          findings.add(Invariant.NO_REPEAT, device, event, "it had come in this session");
      case LATE -> findings.add(Invariant.IN_ORDER, device, event, "later ones had come before it");
      case GOOD -> {}
    }
    deliver(event.conversation(), event.seq());
  }

  /** Without a cursor a session goes on where the user is, by what his devices acknowledged. */
  private void checkBase(Event first, long lowest) {
    long joined = joins.joined(user, first.conversation());
    if (joined == Joins.UNKNOWN) {
      return;
    }
    long most =
        ladders.acknowledged(user.value(), first.conversation()).received().before(sessionAt);
    long least = ladders.shown(user.value(), first.conversation()).received().before(loginAt);
    most = Math.max(most, joined);
    least = Math.max(least, joined);
    if (lowest > most || first.seq() - 1 < least) {
      var text = "it should go on behind a message from " + least + " to " + most;
      findings.add(Invariant.RESUMED_RIGHT, device, first, text);
    }
  }

  private void deliver(long conversation, long seq) {
    if (seq <= Integer.MAX_VALUE) {
      delivered.computeIfAbsent(conversation, _ -> new BitSet()).set((int) seq);
    }
  }

  private void checkContent(Event event) {
    checkMembership(event);
    var part = evidence.log().of(event.conversation());
    int index = part.indexOf(event.seq());
    if (index < 0) {
      findings.add(Invariant.AS_IN_LOG, device, event, "the log has nothing there");
    } else if (part.saying(index) != event.x() || part.time(index) != event.y()) {
      var text =
          "the log has " + Saying.name(part.saying(index)) + " there, ts " + part.time(index);
      findings.add(Invariant.AS_IN_LOG, device, event, text);
    }
  }

  private void checkMembership(Event event) {
    long conversation = event.conversation();
    if (!joins.isMember(user, conversation) || joins.askedAt(user, conversation) > event.at()) {
      findings.add(Invariant.MEMBERS_ONLY, device, event, "it is not in this conversation");
    } else if (event.isMessage() && event.seq() <= joins.joined(user, conversation)) {
      findings.add(Invariant.MEMBERS_ONLY, device, event, "that was said before it joined");
    }
  }

  private void checkComplete() {
    for (var conversation : evidence.cast().members().keySet()) {
      long joined = joins.joined(user, conversation.value());
      if (joins.isMember(user, conversation.value()) && joined != Joins.UNKNOWN) {
        int from = Math.toIntExact(joined + 1);
        int head = Math.toIntExact(evidence.log().of(conversation).head());
        var got = delivered.getOrDefault(conversation.value(), new BitSet());
        int missing = got.nextClearBit(from);
        if (missing <= head) {
          int count =
              head - joined < 0 ? 0 : head + 1 - from - got.get(from, head + 1).cardinality();
          findings.add(
              new Violation(
                  Invariant.COMPLETE,
                  device,
                  conversation.value(),
                  missing,
                  Violation.NONE,
                  count + " messages, from " + missing + " on, never came"));
        }
      }
    }
  }
}
