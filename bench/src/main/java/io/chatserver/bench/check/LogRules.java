package io.chatserver.bench.check;

import io.chatserver.protocol.ConversationId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** What must hold of the log, and of the acknowledgements that tell of it. */
final class LogRules {
  private final Evidence evidence;
  private final SayingIndex sayings;
  private final Findings findings;

  LogRules(Evidence evidence, SayingIndex sayings, Findings findings) {
    this.evidence = evidence;
    this.sayings = sayings;
    this.findings = findings;
  }

  void apply() {
    var seen = new HashSet<Long>();
    evidence
        .log()
        .parts()
        .forEach((conversation, part) -> {
          checkNumbers(conversation.value(), part);
          checkSayings(conversation.value(), part, seen);
          checkOrder(conversation.value(), part);
        });
    for (int device = 0; device < evidence.histories().size(); device++) {
      checkAcknowledgements(device);
    }
    compareWithDatabase();
  }

  private void checkNumbers(long conversation, LogCopy.Part part) {
    for (int i = 0; i < part.size(); i++) {
      long expected = i == 0 ? 1 : part.seq(i - 1) + 1;
      if (part.seq(i) != expected) {
        var text = part.seq(i) + " stands where " + expected + " should";
        findings.add(Invariant.NO_HOLE_IN_LOG, conversation, part.seq(i), text);
      }
    }
  }

  private void checkSayings(long conversation, LogCopy.Part part, Set<Long> seen) {
    for (int i = 0; i < part.size(); i++) {
      long saying = part.saying(i);
      var name = Saying.name(saying);
      boolean isSaid =
          Saying.isKnown(saying)
              && !Saying.isForgery(saying)
              && sayings.conversationOf(saying) == conversation;
      if (Saying.isText(saying) && !isSaid) {
        var text = name + " was never said here, or was refused";
        findings.add(Invariant.SAID_BY_SOMEONE, conversation, part.seq(i), text);
      } else if (Saying.isText(saying) && !seen.add(saying)) {
        var text = name + " is there more than once";
        findings.add(Invariant.STORED_ONCE, conversation, part.seq(i), text);
      }
    }
  }

  private void checkOrder(long conversation, LogCopy.Part part) {
    var last = new int[evidence.histories().size()];
    for (int i = 0; i < part.size(); i++) {
      long saying = part.saying(i);
      if (Saying.isKnown(saying)) {
        int device = Saying.device(saying);
        int ordinal = Saying.ordinal(saying);
        if (ordinal < last[device]) {
          var text = Saying.name(saying) + " stands behind " + device + "." + last[device];
          findings.add(Invariant.ORDER_OF_SENDER, conversation, part.seq(i), text);
        }
        last[device] = Math.max(last[device], ordinal);
      }
    }
  }

  private void checkAcknowledgements(int device) {
    for (var event : evidence.histories().get(device).events()) {
      if (event.kind() == EventKind.STORED) {
        var part = evidence.log().of(event.conversation());
        int index = part.indexOf(event.seq());
        boolean isThere =
            index >= 0 && part.saying(index) == event.x() && part.time(index) == event.y();
        if (!isThere) {
          var there = index < 0 ? "nothing" : Saying.name(part.saying(index));
          var text = Saying.name(event.x()) + " was acknowledged, and there is " + there;
          findings.add(Invariant.ACKNOWLEDGED_IS_STORED, device, event, text);
        }
      }
    }
  }

  private void compareWithDatabase() {
    var database = evidence.database();
    if (database != null) {
      var all = new HashSet<ConversationId>(evidence.log().parts().keySet());
      all.addAll(database.parts().keySet());
      all.retainAll(evidence.cast().members().keySet());
      all.forEach(conversation ->
          compare(conversation, evidence.log().of(conversation), database.of(conversation)));
    }
  }

  private void compare(ConversationId conversation, LogCopy.Part shown, LogCopy.Part stored) {
    if (!Arrays.equals(shown.rows(), stored.rows())) {
      int first = Arrays.mismatch(shown.rows(), stored.rows());
      var text = shown.size() + " messages are shown and " + stored.size() + " stored";
      int seq = 1 + Math.max(0, first) / LogCopy.Part.FIELDS;
      findings.add(Invariant.SAME_IN_DATABASE, conversation.value(), seq, text);
    }
  }
}
