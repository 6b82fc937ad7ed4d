package io.chatserver.client.command;

import static io.chatserver.client.FakeServer.ALICE;
import static io.chatserver.client.FakeServer.BOB;
import static io.chatserver.client.FakeServer.FAMILY;
import static io.chatserver.client.FakeServer.NOON;
import static io.chatserver.client.FakeServer.WELCOME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Friend;
import io.chatserver.protocol.Group;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Member;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.Role;
import io.chatserver.protocol.UserId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AddressBookTest {
  private static final UserId CAROL = new UserId(3);
  private static final GroupId CLUB = new GroupId(8);

  private final AddressBook book = new AddressBook();

  @BeforeEach
  void logIn() {
    book.learn(WELCOME);
  }

  @Test
  void knowsTheNamesOfTheLogin() {
    assertThat(book.user("bob")).isEqualTo(BOB);
    assertThat(book.group("family")).isEqualTo(FAMILY);
    assertThat(book.group("#family")).isEqualTo(FAMILY);
    assertThat(book.nameOf(BOB)).isEqualTo("bob");
    assertThat(book.nameOf(CAROL)).isEmpty();
    assertThat(book.isSelf(ALICE)).isTrue();
    assertThat(book.isSelf(BOB)).isFalse();
  }

  @Test
  void learnsFromReplies() {
    book.learn(new Reply.FriendAdded(new Friend(CAROL, "carol", false)));
    book.learn(new Reply.InGroup(group(CLUB, "club")));
    book.learn(new Reply.Friends(List.of(new Friend(new UserId(4), "dave", true))));
    book.learn(new Reply.Groups(List.of(group(new GroupId(9), "chess"))));
    book.learn(
        new Reply.Members(
            CLUB, List.of(new Member(new UserId(5), "eve", Role.NORMAL, true)), false));
    book.learn(new Reply.Done());

    assertThat(book.users()).containsExactlyInAnyOrder("alice", "bob", "carol", "dave", "eve");
    assertThat(book.groups()).containsExactlyInAnyOrder("family", "club", "chess");
  }

  @Test
  void learnsFromMessages() {
    book.learn(
        new ChatMessage(ConversationId.direct(ALICE, CAROL), 1, CAROL, "carol", NOON, "hello"));

    assertThat(book.user("carol")).isEqualTo(CAROL);
  }

  @Test
  void forgetsThoseWhoWereNotHeardOfForLongest() {
    for (int id = 1000; id < 1000 + NameTable.MAX_NAMES; id++) {
      assertThat(book.nameOf(BOB)).isEqualTo("bob");
      book.learn(new Reply.FriendAdded(new Friend(new UserId(id), "user " + id, false)));
      book.learn(new Reply.InGroup(group(new GroupId(id), "group " + id)));
    }

    assertThat(book.users()).hasSize(NameTable.MAX_NAMES).contains("bob").doesNotContain("alice");
    assertThat(book.groups()).hasSize(NameTable.MAX_NAMES).doesNotContain("family");
  }

  @Test
  void digitsAreAnId() {
    assertThat(book.user("99")).isEqualTo(new UserId(99));
    assertThat(book.group("#99")).isEqualTo(new GroupId(99));
    assertThatThrownBy(() -> book.user("0")).hasMessage("0 is not an id");
    assertThatThrownBy(() -> book.user("99999999999")).hasMessage("99999999999 is not an id");
  }

  @Test
  void refusesAnUnknownName() {
    assertThatThrownBy(() -> book.user("carol")).hasMessage("no user is named carol");
    assertThatThrownBy(() -> book.group("#club")).hasMessage("no group is named club");
  }

  @Test
  void refusesANameThatSeveralHave() {
    book.learn(new Reply.InGroup(group(CLUB, "family")));

    assertThatThrownBy(() -> book.group("family"))
        .hasMessage("more than one group is family: use the id");
  }

  @Test
  void aTargetIsAUserUnlessItIsAGroup() {
    assertThat(book.target("bob")).isEqualTo(new Target.User(BOB));
    assertThat(book.target("7")).isEqualTo(new Target.User(new UserId(7)));
    assertThat(book.target("#7")).isEqualTo(new Target.Group(FAMILY));
    assertThat(book.target("family")).isEqualTo(new Target.Group(FAMILY));

    book.learn(new Reply.InGroup(group(CLUB, "bob")));
    assertThat(book.target("bob")).isEqualTo(new Target.User(BOB));
    assertThat(book.target("#bob")).isEqualTo(new Target.Group(CLUB));
  }

  @Test
  void anotherUserBeginsWithAnEmptyBook() {
    book.learn(new Reply.LoggedIn(CAROL, "carol", List.of(), List.of(), List.of()));

    assertThat(book.users()).containsExactly("carol");
    assertThat(book.groups()).isEmpty();
  }

  @Test
  void aLoginIsByIdOrName() {
    assertThat(WrittenId.identity("2")).isEqualTo(new Command.Identity.ById(BOB));
    assertThat(WrittenId.identity("bob2")).isEqualTo(new Command.Identity.ByName("bob2"));
  }

  private static Group group(GroupId id, String name) {
    return new Group(id, name, "", 1, List.of());
  }
}
