package io.chatserver.bench.check;

import java.util.HashMap;
import java.util.Map;

/** How far users were in their conversations, and conversations had got, at any time. */
final class PlaceLadders {
  /** A place by time. */
  record Ladders(Ladder received, Ladder read) {
    private Ladders() {
      this(new Ladder(), new Ladder());
    }

    private void add(long at, long toReceived, long toRead) {
      received.add(at, Math.max(toReceived, toRead));
      read.add(at, toRead);
    }
  }

  private final Map<Joins.Key, Ladders> acknowledged = new HashMap<>();
  private final Map<Joins.Key, Ladders> shown = new HashMap<>();
  private final Map<Long, Ladder> heads = new HashMap<>();

  PlaceLadders(Evidence evidence) {
    for (int device = 0; device < evidence.histories().size(); device++) {
      int user = evidence.cast().userOf(device).value();
      for (var event : evidence.histories().get(device).events()) {
        note(user, event);
      }
    }
  }

  private void note(int user, Event event) {
    switch (event.kind()) {
      case ACKS -> of(acknowledged, user, event).add(event.at(), event.x(), event.y());
      case CURSOR -> of(acknowledged, user, event).add(event.at(), event.seq(), 0);
      case PLACE -> of(shown, user, event).add(event.at(), event.x(), event.y());
      case PEER_PLACE, RECEIPT ->
          of(shown, (int) event.seq(), event).add(event.at(), event.x(), event.y());
      case STORED ->
          heads
              .computeIfAbsent(event.conversation(), _ -> new Ladder())
              .add(event.at(), event.seq());
      default -> {}
    }
  }

  private static Ladders of(Map<Joins.Key, Ladders> ladders, int user, Event event) {
    var key = new Joins.Key(user, event.conversation());
    return ladders.computeIfAbsent(key, _ -> new Ladders());
  }

  /** What the user's devices had acknowledged. */
  Ladders acknowledged(int user, long conversation) {
    return acknowledged.getOrDefault(new Joins.Key(user, conversation), new Ladders());
  }

  /** Where somebody was shown the user to be. */
  Ladders shown(int user, long conversation) {
    return shown.getOrDefault(new Joins.Key(user, conversation), new Ladders());
  }

  /** The last message that was acknowledged to its sender before a time. */
  long headBefore(long conversation, long at) {
    return heads.getOrDefault(conversation, new Ladder()).before(at);
  }
}
