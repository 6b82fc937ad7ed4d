package io.chatserver.server.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the SQL of the members' places has to do on every database. */
abstract class MemberStoreContract {
  private final TestDatabase testDatabase;
  private final MemberStore store;
  private final UserId ann;

  MemberStoreContract(TestDatabase testDatabase) {
    this.testDatabase = testDatabase;
    store = new MemberStore(testDatabase.database());
    ann = testDatabase.newUser("ann " + UUID.randomUUID());
  }

  @Test
  void knowsAMembersPlaceInEachConversation() {
    var group = testDatabase.newGroupConversation();
    var silent = testDatabase.newGroupConversation();
    var direct = ConversationId.direct(ann, new UserId(Integer.MAX_VALUE));
    join(ann, group, 2);
    join(ann, silent, 0);
    say(group, 5);
    say(direct, 3);

    assertThat(store.standingsOf(ann))
        .containsExactlyInAnyOrder(
            new Standing(group, 2, 2, 5),
            new Standing(silent, 0, 0, 0),
            new Standing(direct, 0, 0, 3));
  }

  @Test
  void knowsNoPlaceOfAStranger() {
    join(ann, testDatabase.newGroupConversation(), 0);

    var stranger = testDatabase.newUser("stranger " + UUID.randomUUID());

    assertThat(store.standingsOf(stranger)).isEmpty();
  }

  @Test
  void movesPlacesOnlyForward() {
    var group = testDatabase.newGroupConversation();
    join(ann, group, 2);

    assertThat(List.of(3L, 1L, 3L, 7L, 6L, 0L)).allSatisfy(seq -> advance(ann, group, seq));

    assertThat(store.standingsOf(ann)).containsExactly(new Standing(group, 2, 7, 0));
  }

  @Test
  void movesNobodyElse() {
    var group = testDatabase.newGroupConversation();
    var other = testDatabase.newGroupConversation();
    var bob = testDatabase.newUser("bob " + UUID.randomUUID());
    join(ann, group, 1);
    join(ann, other, 1);
    join(bob, group, 1);

    advance(ann, group, 9);
    advance(bob, other, 9);

    assertThat(store.standingsOf(ann))
        .containsExactlyInAnyOrder(new Standing(group, 1, 9, 0), new Standing(other, 1, 1, 0));
    assertThat(store.standingsOf(bob)).containsExactly(new Standing(group, 1, 1, 0));
  }

  @Test
  void movesManyAtATime() {
    var groups =
        IntStream.range(0, 120).mapToObj(_ -> testDatabase.newGroupConversation()).toList();
    groups.forEach(group -> join(ann, group, 0));

    store.advance(groups.stream().map(group -> at(ann, group, group.value())).toList());
    store.advance(List.of());

    assertThat(store.standingsOf(ann))
        .hasSize(120)
        .allSatisfy(s -> assertThat(s.received()).isEqualTo(s.conversation().value()));
  }

  @Test
  void readingIsAPlaceOfItsOwn() {
    var bob = testDatabase.newUser("bob " + UUID.randomUUID());
    var conversation = ConversationId.direct(ann, bob);
    say(conversation, 9);
    store.advance(List.of(at(ann, conversation, 5, 3), at(bob, conversation, 7, 0)));
    store.advance(List.of(at(ann, conversation, 4, 4), at(bob, conversation, 8, 2)));

    assertThat(store.statesOf(ann, 0, 10))
        .containsExactly(new ConversationState(conversation, 9, new Place(5, 4), new Place(8, 2)));
    assertThat(store.statesOf(bob, 0, 10))
        .containsExactly(new ConversationState(conversation, 9, new Place(8, 2), new Place(5, 4)));
    assertThat(store.statesOf(ann, conversation.value(), 10)).isEmpty();
  }

  @Test
  void tellsWhereThoseInDirectConversationsAreThatHaveMoved() {
    var bob = testDatabase.newUser("bob " + UUID.randomUUID());
    var conversation = ConversationId.direct(ann, bob);
    var group = testDatabase.newGroupConversation();
    join(ann, group, 0);
    say(conversation, 9);
    store.advance(List.of(at(ann, conversation, 5, 3)));

    var cursors =
        List.of(at(ann, conversation, 4, 4), at(bob, conversation, 0, 0), at(ann, group, 3));
    assertThat(store.advance(cursors))
        .containsExactly(new CursorListener.Moved(ann, conversation, new Place(5, 4)));
  }

  @Test
  void tellsOfManyAtATime() {
    var peers =
        IntStream.range(0, 70).mapToObj(i -> testDatabase.newUser(i + " " + UUID.randomUUID()));
    var conversations = peers.map(peer -> ConversationId.direct(ann, peer)).toList();
    conversations.forEach(conversation -> say(conversation, 1));

    assertThat(store.advance(conversations.stream().map(each -> at(ann, each, 1)).toList()))
        .extracting(CursorListener.Moved::conversation)
        .containsExactlyInAnyOrderElementsOf(conversations);
  }

  private void advance(UserId user, ConversationId conversation, long seq) {
    store.advance(List.of(at(user, conversation, seq)));
  }

  private Cursor at(UserId user, ConversationId conversation, long seq) {
    return at(user, conversation, seq, 0);
  }

  private Cursor at(UserId user, ConversationId conversation, long received, long read) {
    var cursor = new Cursor(user, conversation, testDatabase.database().epoch().current().id());
    cursor.advance(received, read);
    return cursor;
  }

  private void say(ConversationId conversation, int count) {
    var messages = new MessageStore(testDatabase.database());
    for (int seq = 1; seq <= count; seq++) {
      var text = new ChatMessage(conversation, seq, ann, "", Instant.EPOCH, "x");
      var rows = List.of(new Row(text, null, 0, 0));
      messages.store(Set.of(), _ -> rows, Function.identity());
    }
  }

  private void join(UserId user, ConversationId conversation, long seq) {
    testDatabase.execute(
        "INSERT INTO member (user_id, conversation_id, role, joined_seq, received_seq)"
            + " VALUES (%s, %d, 1, %d, %d)".formatted(user, conversation.value(), seq, seq));
  }
}
