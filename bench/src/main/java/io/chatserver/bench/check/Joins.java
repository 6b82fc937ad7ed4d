package io.chatserver.bench.check;

import io.chatserver.protocol.UserId;
import java.util.HashMap;
import java.util.Map;

/** From which message on a user may see a conversation. */
final class Joins {
  /** Nobody found it out. */
  static final long UNKNOWN = -1;

  /** A user in a conversation. */
  record Key(int user, long conversation) {}

  /** What the devices of a user who joined late have noted down. */
  private static final class Joining {
    private long askedAt = Long.MAX_VALUE;
    private long toldAt = Long.MAX_VALUE;
    private long joined = UNKNOWN;
  }

  private final Evidence evidence;
  private final Map<Key, Joining> joinings = new HashMap<>();

  Joins(Evidence evidence) {
    this.evidence = evidence;
    for (int device = 0; device < evidence.histories().size(); device++) {
      int user = evidence.cast().userOf(device).value();
      for (var event : evidence.histories().get(device).events()) {
        note(user, event);
      }
    }
  }

  private void note(int user, Event event) {
    switch (event.kind()) {
      case JOINS -> {
        var joining = of(user, event);
        joining.askedAt = Math.min(joining.askedAt, event.at());
      }
      case JOINED -> {
        var joining = of(user, event);
        joining.toldAt = Math.min(joining.toldAt, event.at());
      }
      case FIRST_VISIBLE -> {
        long head = evidence.log().of(event.conversation()).head();
        of(user, event).joined = event.seq() == 0 ? head : event.seq() - 1;
      }
      default -> {}
    }
  }

  private Joining of(int user, Event event) {
    return joinings.computeIfAbsent(new Key(user, event.conversation()), _ -> new Joining());
  }

  boolean isMember(UserId user, long conversation) {
    return evidence.cast().membersOf(conversation).has(user);
  }

  /** The last entry that the user does not see, or {@link #UNKNOWN}. */
  long joined(UserId user, long conversation) {
    if (evidence.cast().membersOf(conversation).first().contains(user)) {
      return joinedFirst(user, conversation);
    }
    var joining = joinings.get(new Key(user.value(), conversation));
    return joining == null ? UNKNOWN : joining.joined;
  }

  /** The creator and the two people of a direct conversation see it from its begin. */
  private long joinedFirst(UserId user, long conversation) {
    var part = evidence.log().of(conversation);
    int members = evidence.cast().membersOf(conversation).first().size();
    for (int i = 0; i < Math.min(members, part.size()); i++) {
      if (part.saying(i) == Saying.joined(user)) {
        return part.seq(i) - 1;
      }
    }
    return 0;
  }

  /** When his devices first asked to join; before that he is a stranger. */
  long askedAt(UserId user, long conversation) {
    if (evidence.cast().membersOf(conversation).first().contains(user)) {
      return 0;
    }
    var joining = joinings.get(new Key(user.value(), conversation));
    return joining == null ? Long.MAX_VALUE : joining.askedAt;
  }

  /** What was said before a user asked to join is not for him, what was said after he had is. */
  void apply(SayingIndex sayings, Findings findings) {
    joinings.forEach((key, joining) -> {
      if (joining.joined != UNKNOWN) {
        check(key, joining, sayings, findings);
      }
    });
  }

  private void check(Key key, Joining joining, SayingIndex sayings, Findings findings) {
    var part = evidence.log().of(key.conversation);
    for (int i = 0; i < part.size(); i++) {
      boolean isVisible = part.seq(i) > joining.joined;
      if (!isVisible && sayings.saidAt(part.saying(i)) > joining.toldAt) {
        var text = "said when user " + key.user + " had joined, and he does not see it";
        findings.add(Invariant.COMPLETE, key.conversation, part.seq(i), text);
      }
    }
    for (var history : evidence.histories()) {
      for (var event : history.events()) {
        boolean wasBefore =
            event.kind() == EventKind.STORED
                && event.conversation() == key.conversation
                && event.at() < joining.askedAt;
        if (wasBefore && event.seq() > joining.joined) {
          var text = "stored before user " + key.user + " asked to join, and he sees it";
          findings.add(Invariant.MEMBERS_ONLY, key.conversation, event.seq(), text);
        }
      }
    }
  }
}
