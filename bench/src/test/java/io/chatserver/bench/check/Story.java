package io.chatserver.bench.check;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Evidence as a test writes it: Ann and Bob talk to each other, Bob joins Ann's group late, Bob has
 * a second device, and Eve belongs to nothing.
 */
final class Story {
  static final int ANN = 0;
  static final int BOB = 1;
  static final int EVE = 2;
  static final int BOBS_OTHER = 3;
  static final ConversationId DIRECT = ConversationId.direct(new UserId(1), new UserId(2));
  static final ConversationId GROUP = ConversationId.group(new GroupId(7));

  private record Row(long saying, long time) {}

  private final AtomicLong clock = new AtomicLong();
  private final List<History> histories = new ArrayList<>();
  private final Map<ConversationId, Map<Long, Row>> log = new TreeMap<>();
  private final int[] said = new int[4];
  private @Nullable LogCopy database;

  Story() {
    for (int device = 0; device < 4; device++) {
      histories.add(new History(clock::incrementAndGet));
    }
  }

  History of(int device) {
    return histories.get(device);
  }

  /** Begins a session that goes on from nothing. */
  Story begins(int device) {
    return begins(device, Map.of());
  }

  Story begins(int device, Map<ConversationId, Long> cursors) {
    of(device).add(EventKind.LOGIN);
    cursors.forEach((conversation, seq) -> of(device).add(EventKind.CURSOR, conversation, seq));
    of(device).add(EventKind.SESSION);
    return this;
  }

  Story ends(int device) {
    of(device).add(EventKind.GONE);
    return this;
  }

  /** Says something that is stored and acknowledged. */
  long says(int device, ConversationId conversation) {
    long saying = sends(device, conversation);
    long seq = of(conversation).size() + 1L;
    store(conversation, seq, saying);
    of(device).add(EventKind.STORED, conversation, seq, saying, timeOf(conversation, seq));
    return seq;
  }

  /** Sends something of which nothing is heard. */
  long sends(int device, ConversationId conversation) {
    long saying = Saying.of(device, ++said[device]);
    of(device).add(EventKind.SAYS, conversation, 0, saying, 0);
    return saying;
  }

  /** Puts a message into the log, whatever is there. */
  void store(ConversationId conversation, long seq, long saying) {
    of(conversation).put(seq, new Row(saying, 1000 + seq));
  }

  void removeFromLog(ConversationId conversation, long seq) {
    of(conversation).remove(seq);
  }

  private Map<Long, Row> of(ConversationId conversation) {
    return log.computeIfAbsent(conversation, _ -> new TreeMap<>());
  }

  private Row row(ConversationId conversation, long seq) {
    return of(conversation).getOrDefault(seq, new Row(-1, 0));
  }

  long sayingOf(ConversationId conversation, long seq) {
    return row(conversation, seq).saying;
  }

  private long timeOf(ConversationId conversation, long seq) {
    return row(conversation, seq).time;
  }

  /** Is pushed messages as the log has them. */
  Story gets(int device, ConversationId conversation, long... seqs) {
    for (long seq : seqs) {
      getsAs(device, conversation, seq, sayingOf(conversation, seq));
    }
    return this;
  }

  /** Is pushed another message under a number. */
  void getsAs(int device, ConversationId conversation, long seq, long saying) {
    of(device).add(EventKind.PUSHED, conversation, seq, saying, timeOf(conversation, seq));
  }

  Story acknowledges(int device, ConversationId conversation, long received, long read) {
    of(device).add(EventKind.ACKS, conversation, 0, received, read);
    return this;
  }

  Story databaseHas(LogCopy copy) {
    database = copy;
    return this;
  }

  LogCopy log() {
    var copy = new LogCopy();
    log.forEach((conversation, rows) ->
        rows.forEach((seq, row) -> copy.add(conversation, seq, row.saying, row.time)));
    return copy;
  }

  Verdict judged() {
    return Judge.judge(evidence());
  }

  Evidence evidence() {
    var ann = new Account(new UserId(1), "ann", "", true);
    var bob = new Account(new UserId(2), "bob", "", true);
    var eve = new Account(new UserId(3), "eve", "", true);
    var members =
        Map.of(
            DIRECT, new Cast.Members(List.of(ann.id(), bob.id()), Set.of()),
            GROUP, new Cast.Members(List.of(ann.id()), Set.of(bob.id())));
    var cast = new Cast(List.of(ann, bob, eve, bob), members);
    return new Evidence(cast, histories, log(), database);
  }
}
