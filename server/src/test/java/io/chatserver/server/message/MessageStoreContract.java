package io.chatserver.server.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.TestDatabase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the log's SQL has to do on every database. */
abstract class MessageStoreContract {
  private static final Instant SENT = Instant.parse("2026-03-29T01:59:59.999999Z");
  private static final int ALL = 10_000;

  private final TestDatabase testDatabase;
  private final MessageStore store;
  private final String name = "it's \"Ann\" " + UUID.randomUUID();
  private final UserId ann;

  MessageStoreContract(TestDatabase testDatabase) {
    this.testDatabase = testDatabase;
    store = new MessageStore(testDatabase.database());
    ann = testDatabase.newUser(name);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 41, 127, 128, 129, 136, 160, 168, 169, 255, 256,
        257, 288, 300
      })
  void keepsBatchesOfAnySize(int size) {
    var conversation = testDatabase.newGroupConversation();
    var batch = messages(conversation, 1, size);

    insert(batch);

    assertThat(store.page(conversation, 0, ALL)).isEqualTo(batch);
    assertThat(store.head(conversation).seq()).isEqualTo(size);
  }

  @Test
  void keepsABatchOfManyConversations() {
    var conversations = Stream.generate(testDatabase::newGroupConversation).limit(70).toList();

    insert(conversations.stream().flatMap(c -> messages(c, 1, 3).stream()).toList());

    assertThat(conversations)
        .allSatisfy(c -> assertThat(store.page(c, 0, ALL)).isEqualTo(messages(c, 1, 3)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 150, 300})
  void rejectsTheWholeBatchWhereANumberIsTaken(int size) {
    var other = testDatabase.newGroupConversation();
    var conversation = testDatabase.newGroupConversation();
    insert(messages(conversation, size, 1));
    var batch =
        Stream.of(messages(other, 1, 40), messages(conversation, 1, size))
            .flatMap(List::stream)
            .toList();

    var failure = catchThrowableOfType(StorageException.class, () -> insert(batch));

    assertThat(failure.isDuplicateKey()).isTrue();
    assertThat(store.head(other)).isEqualTo(Head.NONE);
    assertThat(store.page(conversation, 0, ALL)).isEqualTo(messages(conversation, size, 1));
  }

  @Test
  void doesNotCallAnotherFaultADuplicate() {
    var broken = new ChatMessage(testDatabase.newGroupConversation(), 1, ann, name, SENT, null_());

    var failure = catchThrowableOfType(StorageException.class, () -> insert(List.of(broken)));

    assertThat(failure.isDuplicateKey()).isFalse();
    assertThat(failure).hasMessageStartingWith("store messages: ");
  }

  @SuppressWarnings("NullAway") // What no caller gives: a column refuses it.
  private static String null_() {
    return null;
  }

  @Test
  void readsOnPageByPage() {
    var conversation = testDatabase.newGroupConversation();
    insert(messages(conversation, 8, 5));
    insert(messages(conversation, 1, 7));

    assertThat(store.page(conversation, 0, 4)).isEqualTo(messages(conversation, 1, 4));
    assertThat(store.page(conversation, 4, 5)).isEqualTo(messages(conversation, 5, 5));
    assertThat(store.page(conversation, 9, 5)).isEqualTo(messages(conversation, 10, 3));
    assertThat(store.page(conversation, 12, 5)).isEmpty();
    assertThat(store.page(conversation, 99, 5)).isEmpty();
  }

  @Test
  void readsWhatSomebodySaidWhoseAccountIsGone() {
    var conversation = testDatabase.newGroupConversation();
    var gone = new UserId(Integer.MAX_VALUE);
    var orphan = new ChatMessage(conversation, 2, gone, "", SENT, "I was here");
    insert(messages(conversation, 1, 1));
    insert(List.of(orphan));
    insert(messages(conversation, 3, 1));

    assertThat(store.page(conversation, 0, ALL))
        .containsExactly(
            messages(conversation, 1, 1).getFirst(),
            orphan,
            messages(conversation, 3, 1).getFirst());
  }

  @Test
  void knowsNothingOfAnEmptyConversation() {
    var conversation = testDatabase.newGroupConversation();

    assertThat(store.head(conversation)).isEqualTo(Head.NONE);
    assertThat(store.page(conversation, 0, ALL)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.000001Z",
        "2026-10-25T00:59:59.999999Z",
        "2026-10-25T01:00:00.123456Z",
        "2106-02-07T06:28:16.5Z",
        "9999-12-31T23:59:59.999999Z",
        "1969-12-31T23:59:59.999999Z"
      })
  void keepsTimesToTheMicrosecond(String time) {
    var conversation = testDatabase.newGroupConversation();
    var message = new ChatMessage(conversation, 1, ann, name, Instant.parse(time), "x");

    insert(List.of(message));

    assertThat(store.page(conversation, 0, 1)).containsExactly(message);
  }

  static Stream<String> texts() {
    return Stream.of(
        "x",
        " ",
        "  blanks at both ends  ",
        "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 𝄞",
        "e\u0301 is not \u00e9",
        "'; DROP TABLE log_entry; --",
        "\\' OR 1=1 /* ? :a $1 %s {fn now()} */",
        "\"'`\\\\'\"",
        "a\0b",
        allControlCharacters(),
        "\u202Eright to left, \uFEFF\u200B nothing, \uFFFD \uFFFF",
        "x".repeat(16_384),
        "𝄞".repeat(4_096),
        "ß".repeat(70_000));
  }

  private static String allControlCharacters() {
    var all = new StringBuilder();
    for (char c = 1; c < ' '; c++) {
      all.append(c);
    }
    return all.append("\u007f\u0085\u009f").toString();
  }

  @ParameterizedTest
  @MethodSource("texts")
  void keepsTextsAsTheyAre(String text) {
    var conversation = testDatabase.newGroupConversation();
    var batch =
        LongStream.rangeClosed(1, 9)
            .mapToObj(seq -> new ChatMessage(conversation, seq, ann, name, SENT, text))
            .toList();

    insert(batch);

    assertThat(batch)
        .allSatisfy(message ->
            assertThat(store.page(conversation, message.seq() - 1, 1)).containsExactly(message));
  }

  @Test
  void aPageOfLongTextsIsShorter() {
    var conversation = testDatabase.newGroupConversation();
    var text = "x".repeat(60_000);
    insert(
        LongStream.rangeClosed(1, 9)
            .mapToObj(seq -> new ChatMessage(conversation, seq, ann, name, SENT, text))
            .toList());

    assertThat(store.page(conversation, 2, ALL)).extracting(LogEntry::seq).containsExactly(3L, 4L);
  }

  @Test
  void makesBothPeopleMembersAtTheirFirstMessage() {
    var bob = testDatabase.newUser("bob " + UUID.randomUUID());
    var conversation = ConversationId.direct(ann, bob);
    var alone = ConversationId.direct(ann, ann);
    var members = new MemberStore(testDatabase.database());

    insert(messages(alone, 1, 2));
    insert(messages(conversation, 1, 2));
    insert(messages(conversation, 3, 1));

    assertThat(members.standingsOf(bob)).containsExactly(new Standing(conversation, 0, 0, 3));
    assertThat(members.standingsOf(ann))
        .containsExactlyInAnyOrder(
            new Standing(conversation, 0, 0, 3), new Standing(alone, 0, 0, 2));
  }

  @Test
  void leavesMembersWhoAreThereAlone() {
    var bob = testDatabase.newUser("bob " + UUID.randomUUID());
    var conversation = ConversationId.direct(ann, bob);
    testDatabase.execute(
        "INSERT INTO member (user_id, conversation_id, role, joined_seq, received_seq) VALUES ("
            + (bob + ", " + conversation.value() + ", 1, 0, 0)"));

    insert(messages(conversation, 1, 1));

    var members = new MemberStore(testDatabase.database());
    assertThat(members.standingsOf(bob)).containsExactly(new Standing(conversation, 0, 0, 1));
    assertThat(members.standingsOf(ann)).containsExactly(new Standing(conversation, 0, 0, 1));
  }

  @Test
  void makesNobodyAMemberByABatchThatIsRejected() {
    var bob = testDatabase.newUser("bob " + UUID.randomUUID());
    var conversation = ConversationId.direct(ann, bob);
    insert(messages(conversation, 2, 1));

    var failure =
        catchThrowableOfType(StorageException.class, () -> insert(messages(conversation, 1, 2)));

    assertThat(failure.isDuplicateKey()).isTrue();
    assertThat(new MemberStore(testDatabase.database()).standingsOf(bob)).isEmpty();
  }

  private void insert(List<ChatMessage> messages) {
    var rows = messages.stream().map(message -> new Row(message, null, 0, 0)).toList();
    store.store(Set.of(), _ -> rows, Function.identity());
  }

  private List<ChatMessage> messages(ConversationId conversation, long from, int count) {
    return LongStream.range(from, from + count)
        .mapToObj(seq ->
            new ChatMessage(
                conversation, seq, ann, name, SENT.plus(seq, ChronoUnit.MICROS), "text " + seq))
        .toList();
  }
}
