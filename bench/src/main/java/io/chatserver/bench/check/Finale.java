package io.chatserver.bench.check;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How a device ends: first as it stands, where what was said last must come by itself; then once
 * more from where it has all without a hole, until it has all there is.
 *
 * <p>Threads: the device's.
 */
final class Finale {
  /** For as long nothing may come while something is lacking. */
  private static final Duration MOST_PATIENCE = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration SURVEY_INTERVAL = Duration.ofMillis(250);

  private enum Step {
    START,
    AT_REST,
    COMPARE,
    CATCH_UP,
    SIGN_OFF,
    OVER
  }

  private final Device device;
  private final Map<ConversationId, Long> firstVisible = new HashMap<>();

  /** How far the user has received, as the server says. */
  private final Map<ConversationId, Long> places = new HashMap<>();

  private Step step = Step.START;
  private long movedNanos;
  private long reached;
  private long surveyedNanos;

  Finale(Device device) {
    this.device = device;
  }

  boolean isOver() {
    return step == Step.OVER;
  }

  /** Brings to its end what was begun. */
  Duration settle(Session session) throws IOException {
    if (session.isQuiet()) {
      for (var conversation : Set.copyOf(device.notJoined())) {
        Whims.join(session, device, conversation);
      }
      if (session.isQuiet() && device.outbox().isEmpty()) {
        device.settled();
      }
    }
    return POLL;
  }

  /** What a late member of a group may see first; 0 if that is nothing. */
  void firstVisible(ConversationId conversation, long seq) {
    device.history().add(EventKind.FIRST_VISIBLE, conversation, seq);
    firstVisible.put(conversation, seq);
  }

  /** How far the server says that the user has received. */
  void place(ConversationId conversation, long received) {
    places.put(conversation, received);
  }

  /** Takes the next step if the one before is done. */
  Duration finish(Session session) throws IOException {
    switch (step) {
      case START -> {
        noteWhatIsUnsent();
        askForFirst(session);
        surveyedNanos = System.nanoTime();
        enter(Step.AT_REST);
      }
      case AT_REST -> {
        if (hasAll(underWay()) || isTooLate()) {
          noteWhatLags();
          session.ask(new Errand.Compare(), new Command.Ping());
          enter(Step.COMPARE);
        } else {
          survey(session);
        }
      }
      case COMPARE -> {
        if (session.isQuiet()) {
          goBack(session);
        }
      }
      case CATCH_UP -> {
        if (hasAll(device.conversations().keySet()) || isTooLate()) {
          signOff(session);
        }
      }
      case SIGN_OFF -> {
        if (session.isQuiet()) {
          enter(Step.OVER);
          session.leave();
        }
      }
      case OVER -> session.leave();
    }
    return POLL;
  }

  /** A server may refuse for a while; not for as long as it was waited for. */
  private void noteWhatIsUnsent() {
    if (!device.outbox().isEmpty()) {
      device.history().strange(null, "what is left to be sent is refused, or not answered");
    }
  }

  private void enter(Step next) {
    step = next;
    movedNanos = System.nanoTime();
  }

  /** Whether nothing has come for long; a device that takes little at a time may lack much. */
  private boolean isTooLate() {
    long now = System.nanoTime();
    long known = sum(device.cursors().known()) + sum(places);
    if (known != reached) {
      reached = known;
      movedNanos = now;
    }
    long patience = 5 * device.stage().settings().length().toNanos();
    return now - movedNanos > Math.min(patience, MOST_PATIENCE.toNanos());
  }

  private static long sum(Map<ConversationId, Long> seqs) {
    return seqs.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Asks how far the user is, again and again, where that tells how far this device is. */
  private void survey(Session session) throws IOException {
    long now = System.nanoTime();
    boolean isDue = now - surveyedNanos > SURVEY_INTERVAL.toNanos();
    if (!device.account().resuming() && session.isQuiet() && isDue) {
      surveyedNanos = now;
      session.survey();
    }
  }

  private void askForFirst(Session session) throws IOException {
    for (var entry : device.conversations().entrySet()) {
      if (entry.getValue().late().contains(device.account().id())) {
        var command = new Command.History(entry.getKey(), null, 0L, 1);
        session.ask(new Errand.LookForFirst(entry.getKey()), command);
      }
    }
  }

  private boolean hasAll(Set<ConversationId> conversations) {
    return conversations.stream().allMatch(this::hasAll);
  }

  private boolean hasAll(ConversationId conversation) {
    boolean hasNone = firstVisible.getOrDefault(conversation, 1L) == 0;
    return hasNone || position(conversation) >= device.stage().head(conversation);
  }

  /**
   * Its conversations of which it is known where they stand: where something has come, for a client
   * that acknowledges; all, for one of which the server says what it was sent.
   */
  private Set<ConversationId> underWay() {
    if (!device.account().resuming()) {
      return device.conversations().keySet();
    }
    var known = new HashSet<>(device.cursors().known().keySet());
    known.retainAll(device.conversations().keySet());
    return known;
  }

  private long position(ConversationId conversation) {
    var seqs = device.account().resuming() ? device.cursors().known() : places;
    return seqs.getOrDefault(conversation, 0L);
  }

  private void noteWhatLags() {
    for (var conversation : underWay()) {
      if (!hasAll(conversation)) {
        long head = device.stage().head(conversation);
        device.history().add(EventKind.LAGS, conversation, position(conversation), head, 0);
      }
    }
  }

  private void goBack(Session session) {
    if (device.account().resuming()) {
      device.cursors().rewind(device.conversations());
      enter(Step.CATCH_UP);
    } else {
      enter(Step.OVER);
    }
    session.leave();
  }

  private void signOff(Session session) throws IOException {
    var known = device.cursors().known();
    known.forEach(
        (conversation, seq) -> device.history().add(EventKind.ACKS, conversation, 0, seq, seq));
    session.acknowledge(known, known);
    session.survey();
    session.ask(new Errand.Compare(), new Command.Ping());
    enter(Step.SIGN_OFF);
  }
}
