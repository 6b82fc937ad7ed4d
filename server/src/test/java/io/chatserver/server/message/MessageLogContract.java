package io.chatserver.server.message;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.UserId;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.config.ServerConfig.WentBack;
import io.chatserver.server.storage.Database;
import io.chatserver.server.storage.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the log has to do on every database: the promise that everything else rests on. */
abstract class MessageLogContract {
  static final ServerConfig.Log ROOMY = new ServerConfig.Log(2, 100_000, 512, WentBack.NEW_EPOCH);
  private static final ServerConfig.Log NARROW = new ServerConfig.Log(1, 16, 4, WentBack.NEW_EPOCH);
  private static final int ALL = 1_000_000;

  private final TestDatabase testDatabase;
  private final MessageStore store;
  private final String name = "ann " + UUID.randomUUID();
  private final UserId ann;

  MessageLogContract(TestDatabase testDatabase) {
    this.testDatabase = testDatabase;
    store = new MessageStore(testDatabase.database());
    ann = testDatabase.newUser(name);
  }

  @Test
  void givesEachMessageItsPlaceWhoeverSpeaksAtTheSameTime() {
    var listener = new RecordingListener();
    var conversations = conversations(40);

    try (var log = log(testDatabase.database(), listener, ROOMY)) {
      speakAtOnce(log, 8, 500, conversations);
    }

    assertThat(listener.failedDrafts()).isEmpty();
    assertThat(listener.committedDrafts()).hasSize(4000).doesNotHaveDuplicates();
    assertThat(listener.batches()).isLessThan(4000);
    var heard = listener.messages().stream().collect(groupingBy(ChatMessage::conversation));
    for (var conversation : conversations) {
      assertThat(heard).containsEntry(conversation, contiguous(conversation));
      assertInOrderOfEachSpeaker(contiguous(conversation));
    }
  }

  @Test
  void sharesConversationsWithAnotherNode() {
    var conversations = conversations(6);
    var here = new RecordingListener();
    var there = new RecordingListener();

    try (var otherDatabase = testDatabase.open(Map.of());
        var logHere = log(testDatabase.database(), here, ROOMY);
        var logThere = log(otherDatabase, there, ROOMY);
        var executor = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 10; round++) {
        int salt = round;
        executor.execute(() -> speakAtOnce(logHere, 2, 60, conversations, "here " + salt));
        executor.execute(() -> speakAtOnce(logThere, 2, 60, conversations, "there " + salt));
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> here.told() == 1200 && there.told() == 1200);
    }

    assertThat(here.failedDrafts()).isEmpty();
    assertThat(there.failedDrafts()).isEmpty();
    var said = Stream.of(here, there).flatMap(l -> l.committedDrafts().stream()).toList();
    assertThat(said).hasSize(2400).doesNotHaveDuplicates();
    var stored = conversations.stream().flatMap(c -> contiguous(c).stream()).toList();
    assertThat(Stream.of(here, there).flatMap(l -> l.messages().stream()))
        .containsExactlyInAnyOrderElementsOf(stored);
  }

  @Test
  void takesNoMoreThanItsQueueHolds() {
    var listener = new RecordingListener();
    var conversation = testDatabase.newGroupConversation();

    try (var log = log(testDatabase.database(), listener, NARROW)) {
      listener.holdUp();
      assertThat(log.append(said(conversation, "first"))).isTrue();
      await().until(() -> listener.told() == 1);

      var taken =
          IntStream.range(0, 20).mapToObj(i -> log.append(said(conversation, "" + i))).toList();
      listener.release();
      await().until(() -> listener.told() == 17);

      assertThat(taken.subList(0, 16)).containsOnly(true);
      assertThat(taken.subList(16, 20)).containsOnly(false);
      assertThat(log.append(said(conversation, "again"))).isTrue();
    }

    assertThat(listener.told()).isEqualTo(18);
    assertThat(contiguous(conversation)).hasSize(18);
    // The first alone, then the queue in batches of four, then the last.
    assertThat(listener.batches()).isEqualTo(6);
  }

  @Test
  void refusesEverythingWhileTheDatabaseIsDownAndGoesOnAfterwards() {
    var listener = new RecordingListener();
    var conversations = conversations(5);

    try (var database = testDatabase.open(TestDatabase.impatient());
        var log = log(database, listener, ROOMY)) {
      speakAtOnce(log, 1, 10, conversations, "before");
      await().until(() -> listener.told() == 10);

      try (var _ = testDatabase.outage()) {
        speakAtOnce(log, 4, 50, conversations, "during");
        await().atMost(Duration.ofSeconds(20)).until(() -> listener.told() == 210);
        assertThat(listener.failedDrafts()).hasSize(200).doesNotHaveDuplicates();
      }

      // Its pool may have to find out first that connections are gone.
      await().until(() -> listener.failedAfter(() -> speakTen(log, listener, conversations)) == 0);
    }

    var stored = conversations.stream().flatMap(c -> contiguous(c).stream()).toList();
    assertThat(listener.messages()).containsExactlyInAnyOrderElementsOf(stored);
    assertThat(listener.committedDrafts())
        .hasSizeGreaterThanOrEqualTo(20)
        .noneMatch(said -> said.text().startsWith("during"));
  }

  /** The database came back as a copy that lacks what was acknowledged last. */
  @Test
  void beginsANewEpochWhereTheLogWentBack() {
    var listener = new RecordingListener();
    var conversation = conversations(2).getLast();

    try (var database = testDatabase.open(TestDatabase.impatient());
        var log = log(database, listener, ROOMY)) {
      var before = database.epoch().current();
      goBack(log, listener, conversation);

      await().until(() -> listener.failedAfter(() -> speakAgain(log, listener, conversation)) == 0);

      assertThat(listener.messages().getLast().seq()).isEqualTo(4);
      assertThat(database.epoch().current().renewals()).isEqualTo(before.renewals() + 1);
      assertThat(log.meter().wentBackCount()).isEqualTo(1);
      // The other tests use it.
      await()
          .until(
              () -> testDatabase.database().epoch().current().equals(database.epoch().current()));
    }
    assertThat(contiguous(conversation)).hasSize(4);
  }

  @Test
  void refusesWhatIsSaidWhereTheLogWentBackIfItIsTold() {
    var listener = new RecordingListener();
    var conversation = testDatabase.newGroupConversation();
    var refusing = new ServerConfig.Log(1, 100, 50, WentBack.REFUSE);

    try (var database = testDatabase.open(TestDatabase.impatient());
        var log = log(database, listener, refusing)) {
      var before = database.epoch().current();
      goBack(log, listener, conversation);
      var other = testDatabase.newGroupConversation();
      await().until(() -> listener.failedAfter(() -> speakAgain(log, listener, other)) == 0);

      assertThat(listener.failedAfter(() -> speakAgain(log, listener, conversation))).isEqualTo(1);

      assertThat(database.epoch().current()).isEqualTo(before);
    }
    assertThat(contiguous(conversation)).hasSize(3);
  }

  /** Stores five messages, and loses two of them in an outage. */
  private void goBack(
      MessageLog<Said> log, RecordingListener listener, ConversationId conversation) {
    for (int i = 1; i <= 5; i++) {
      assertThat(log.append(said(conversation, "text " + i))).isTrue();
    }
    await().until(() -> listener.told() == 5);
    try (var _ = testDatabase.outage()) {
      speakAgain(log, listener, conversation);
      assertThat(listener.failedDrafts()).hasSize(1);
    }
    testDatabase.execute(
        "DELETE FROM log_entry WHERE seq > 3 AND conversation_id = " + conversation.value());
  }

  private void speakAgain(
      MessageLog<Said> log, RecordingListener listener, ConversationId conversation) {
    int told = listener.told();
    assertThat(log.append(said(conversation, "again"))).isTrue();
    await().atMost(Duration.ofSeconds(20)).until(() -> listener.told() == told + 1);
  }

  private void speakTen(
      MessageLog<Said> log, RecordingListener listener, List<ConversationId> conversations) {
    int told = listener.told();
    speakAtOnce(log, 1, 10, conversations, "after");
    await().until(() -> listener.told() == told + 10);
  }

  @Test
  void storesWhatIsRepeatedOnce() {
    var conversations = conversations(5);
    var listener = new RecordingListener();

    try (var log = log(testDatabase.database(), listener, ROOMY)) {
      for (int round = 0; round < 3; round++) {
        int told = listener.told();
        for (int i = 0; i < 200; i++) {
          assertThat(log.append(said(conversations.get(i % 5), "id-" + i, "text " + i))).isTrue();
        }
        await().until(() -> listener.told() == told + 200);
      }
    }

    var stored = conversations.stream().flatMap(c -> contiguous(c).stream()).toList();
    assertThat(listener.messages()).containsExactlyInAnyOrderElementsOf(stored).hasSize(200);
    assertThat(listener.repeatedMessages()).hasSize(400).hasSameElementsAs(stored);
    assertThat(listener.conflictingDrafts()).isEmpty();
  }

  /** The first was written by another node, as after a connection that went on there. */
  @Test
  void knowsWhatAnotherNodeStored() {
    var conversation = testDatabase.newGroupConversation();
    var here = new RecordingListener();
    var there = new RecordingListener();

    try (var otherDatabase = testDatabase.open(Map.of());
        var logHere = log(testDatabase.database(), here, ROOMY);
        var logThere = log(otherDatabase, there, ROOMY)) {
      logHere.append(said(conversation, "a", "one"));
      await().until(() -> here.told() == 1);
      logThere.append(said(conversation, "a", "one"));
      logThere.append(said(conversation, "b", "two"));
      logThere.append(said(conversation, "a", "another"));
      logThere.append(said(testDatabase.newGroupConversation(), "a", "one"));
      await().until(() -> there.told() == 4);
    }

    assertThat(there.repeatedMessages()).containsExactlyElementsOf(here.messages());
    assertThat(there.messages()).extracting(ChatMessage::text).containsExactly("two");
    assertThat(there.messages()).extracting(ChatMessage::seq).containsExactly(2L);
    assertThat(there.conflictingDrafts()).hasSize(2);
  }

  private String epoch() {
    return testDatabase.database().epoch().current().id();
  }

  private Said said(ConversationId conversation, String clientId, String text) {
    return new Said(conversation, ann, name, new ClientMessageId(clientId), text, epoch());
  }

  @Test
  void doesNotMindAListenerThatFails() {
    var conversation = testDatabase.newGroupConversation();
    var heard = new ArrayList<String>();
    var listener =
        new LogListener<Said>() {
          @Override
          public void committed(List<Committed<Said>> batch) {
            heard.add(batch.getFirst().draft().text());
            if (heard.size() == 1) {
              throw new IllegalStateException("a fault in a listener, on purpose");
            }
            throw new OutOfMemoryError("as if, on purpose");
          }

          @Override
          public void repeated(List<Committed<Said>> drafts) {
            heard.add("repeated");
          }

          @Override
          public void conflicting(List<Said> drafts) {
            heard.add("conflicting");
          }

          @Override
          public void refused(List<Said> drafts) {}

          @Override
          public void changed(StoredEntry stored) {}

          @Override
          public void failed(List<Said> batch, Throwable cause) {
            heard.add("failed");
          }
        };

    try (var log =
        new MessageLog<>(
            store,
            listener,
            Clock.systemUTC(),
            new ServerConfig.Log(1, 16, 1, WentBack.NEW_EPOCH),
            1)) {
      assertThat(log.append(said(conversation, "one"))).isTrue();
      assertThat(log.append(said(conversation, "two"))).isTrue();
      assertThat(log.append(said(conversation, "three"))).isTrue();
    }

    assertThat(heard).containsExactly("one", "two", "three");
    assertThat(contiguous(conversation)).hasSize(3);
  }

  @Test
  void storesWhatItTookBeforeItCloses() {
    var listener = new RecordingListener();
    var conversations = conversations(7);
    var log = log(testDatabase.database(), listener, ROOMY);

    speakAtOnce(log, 1, 900, conversations);
    log.close();

    assertThat(listener.committedDrafts()).hasSize(900);
    assertThat(log.append(said(conversations.getFirst(), "too late"))).isFalse();
    assertThat(conversations.stream().mapToLong(each -> store.head(each).seq()).sum())
        .isEqualTo(900);
  }

  @Test
  void tellsOfEverythingThatItTookWhileItWasClosed() throws Exception {
    for (int round = 0; round < 10; round++) {
      var listener = new RecordingListener();
      var log = log(testDatabase.database(), listener, NARROW);
      var conversation = testDatabase.newGroupConversation();
      var closed = new AtomicBoolean();

      try (var executor = Executors.newSingleThreadExecutor()) {
        var taken =
            executor.submit(() -> {
              int count = 0;
              while (!closed.get()) {
                count += log.append(said(conversation, "" + count)) ? 1 : 0;
              }
              return count;
            });
        await().until(() -> listener.told() > 0);
        log.close();
        closed.set(true);

        assertThat(taken.get()).isEqualTo(listener.told());
      }
    }
  }

  MessageLog<Said> log(Database database, RecordingListener listener, ServerConfig.Log config) {
    int writers = database.dialect().hasManyWriters() ? config.writers() : 1;
    var log =
        new MessageLog<>(new MessageStore(database), listener, Clock.systemUTC(), config, writers);
    database.epoch().onChange(log::forget);
    return log;
  }

  private void speakAtOnce(
      MessageLog<Said> log, int speakers, int each, List<ConversationId> conversations) {
    speakAtOnce(log, speakers, each, conversations, "");
  }

  /** Each speaker goes through the conversations again and again, in a direction of his own. */
  private void speakAtOnce(
      MessageLog<Said> log,
      int speakers,
      int each,
      List<ConversationId> conversations,
      String prefix) {
    try (var executor = Executors.newFixedThreadPool(speakers)) {
      for (int speaker = 0; speaker < speakers; speaker++) {
        int by = speaker;
        executor.execute(() -> {
          for (int i = 0; i < each; i++) {
            int at = Math.floorMod(by % 2 == 0 ? i : -i, conversations.size());
            var text = "%s:%d:%d".formatted(prefix, by, i);
            assertThat(log.append(said(conversations.get(at), text))).isTrue();
          }
        });
      }
    }
  }

  private static void assertInOrderOfEachSpeaker(List<ChatMessage> messages) {
    var bySpeaker =
        messages.stream()
            .map(message -> message.text().split(":", -1))
            .collect(groupingBy(parts -> parts[1]));
    assertThat(bySpeaker.values())
        .allSatisfy(
            said -> assertThat(said.stream().map(parts -> Integer.valueOf(parts[2]))).isSorted());
  }

  /** What is stored of a conversation, which must be 1, 2, 3 … */
  private List<ChatMessage> contiguous(ConversationId conversation) {
    var stored = LogEntry.texts(store.page(conversation, 0, ALL));
    assertThat(stored)
        .extracting(ChatMessage::seq)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, stored.size()).boxed().toList());
    return stored;
  }

  List<ConversationId> conversations(int count) {
    var all = new ArrayList<ConversationId>();
    for (int i = 0; i < count; i++) {
      all.add(
          i % 2 == 0
              ? testDatabase.newGroupConversation()
              : ConversationId.direct(ann, testDatabase.newUser("u" + UUID.randomUUID())));
    }
    return all;
  }

  Said said(ConversationId conversation, String text) {
    return new Said(conversation, ann, name, null, text, epoch());
  }
}
