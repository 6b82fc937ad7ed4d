package io.chatserver.server.group;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.Role;
import io.chatserver.protocol.UserId;
import io.chatserver.server.group.GroupStore.StoredGroup;
import io.chatserver.server.group.GroupStore.StoredMember;
import io.chatserver.server.message.Changed;
import io.chatserver.server.message.Head;
import io.chatserver.server.message.MemberStore;
import io.chatserver.server.message.MessageStore;
import io.chatserver.server.message.Range;
import io.chatserver.server.message.Standing;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.StoredTime;
import io.chatserver.server.storage.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the SQL of groups has to do on every database. */
abstract class GroupStoreContract {
  private static final Instant NOW = Instant.parse("2026-11-28T06:00:00.123456Z");
  private static final int ALL = 1000;

  private final TestDatabase testDatabase;
  private final GroupStore store;
  private final UserId ann;

  GroupStoreContract(TestDatabase testDatabase) {
    this.testDatabase = testDatabase;
    store = new GroupStore(testDatabase.database(), new MessageStore(testDatabase.database()));
    ann = testDatabase.newUser(unique("ann"));
  }

  @Test
  void createsAGroupWithItsCreator() {
    var name = unique("'; -- 😀");

    var group = store.create(name, "what's \\ \"it\" for?\n", ann, 1);

    assertThat(group).isEqualTo(new StoredGroup(group.id(), name, "what's \\ \"it\" for?\n", 1));
    assertThat(store.find(group.id())).contains(group);
    assertThat(store.groupsOf(ann)).containsExactly(group);
    assertThat(store.members(group.id(), 0, ALL))
        .extracting(StoredMember::id, StoredMember::role)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(ann, Role.CREATOR));
    assertThat(standings(ann)).containsExactly(new Standing(conversation(group), 0, 0, 0));
  }

  @Test
  void rejectsANameThatIsTaken() {
    var name = unique("group");
    var group = store.create(name, "", ann, 1);
    var bob = testDatabase.newUser(unique("bob"));

    var failure =
        catchThrowableOfType(StorageException.class, () -> store.create(name, "x", bob, 2));

    assertThat(failure.isDuplicateKey()).isTrue();
    assertThat(store.groupsOf(bob)).isEmpty();
    assertThat(store.find(group.id())).contains(group);
    assertThat(store.create(name.toUpperCase(java.util.Locale.ROOT), "", bob, 3).id())
        .isNotEqualTo(group.id());
  }

  @Test
  void letsAUserJoinWhereTheLogIs() {
    var group = group();
    var bob = testDatabase.newUser(unique("bob"));
    say(group, 3);

    var joined = store.join(group.id(), bob, NOW);

    assertThat(joined.result()).isEqualTo(3);
    assertThat(requireNonNull(joined.entry()).head())
        .isEqualTo(new Head(4, 1, StoredTime.of(NOW), 4));
    assertThat(standings(bob)).containsExactly(new Standing(conversation(group), 3, 3, 4));
    assertThat(testDatabase.number("SELECT joined_seq FROM member WHERE user_id = " + bob))
        .isEqualTo(3);
    assertThat(store.find(group.id()).orElseThrow().memberCount()).isEqualTo(2);
    assertThat(store.placeOf(bob, group.id())).isPresent();
  }

  @Test
  void aMemberWhoJoinsStaysOne() {
    var group = group();

    assertThat(store.join(group.id(), ann, NOW)).isEqualTo(new Changed<>(0L, null));

    assertThat(store.find(group.id())).contains(group);
    assertThat(store.members(group.id(), 0, ALL))
        .extracting(StoredMember::role)
        .containsExactly(Role.CREATOR);
  }

  @Test
  void countsUsersWhoJoinAtOnce() throws Exception {
    var group = group();
    var users = Stream.generate(() -> testDatabase.newUser(unique("u"))).limit(20).toList();

    atOnce(
        users.stream()
            .<Callable<Changed<Long>>>map(user -> () -> store.join(group.id(), user, NOW))
            .toList());

    assertThat(store.find(group.id()).orElseThrow().memberCount()).isEqualTo(21);
    assertThat(store.members(group.id(), 0, ALL)).hasSize(21);
  }

  @Test
  void countsAUserOnceWhoJoinsTwiceAtOnce() throws Exception {
    var group = group();
    var bob = testDatabase.newUser(unique("bob"));

    var joined =
        atOnce(
            IntStream.range(0, 8)
                .<Callable<Boolean>>mapToObj(_ -> () -> joins(group.id(), bob))
                .toList());

    assertThat(joined).containsOnlyOnce(true);
    assertThat(store.find(group.id()).orElseThrow().memberCount()).isEqualTo(2);
  }

  private boolean joins(GroupId group, UserId user) {
    return store.join(group, user, NOW).entry() != null;
  }

  @Test
  void listsMembersPageByPage() {
    var group = group();
    var users = Stream.generate(() -> testDatabase.newUser(unique("u"))).limit(6).toList();
    users.reversed().forEach(user -> store.join(group.id(), user, NOW));

    assertThat(ids(store.members(group.id(), 0, 3)))
        .containsExactly(ann, users.get(0), users.get(1));
    assertThat(ids(store.members(group.id(), users.get(1).value(), 3)))
        .containsExactlyElementsOf(users.subList(2, 5));
    assertThat(ids(store.members(group.id(), users.get(4).value(), 3)))
        .containsExactly(users.get(5));
    assertThat(store.members(group.id(), users.get(5).value(), 3)).isEmpty();
  }

  @Test
  void listsTheGroupsOfAUserOnly() {
    var first = group();
    var second = group();
    var bob = testDatabase.newUser(unique("bob"));
    store.join(second.id(), bob, NOW);
    testDatabase.execute(
        "INSERT INTO member (user_id, conversation_id, role, joined_seq, received_seq)"
            + " VALUES (%s, %d, 1, 0, 0)".formatted(bob, ConversationId.direct(ann, bob).value()));

    assertThat(store.groupsOf(ann)).extracting(StoredGroup::id).contains(first.id(), second.id());
    assertThat(store.groupsOf(bob)).extracting(StoredGroup::id).containsExactly(second.id());
    assertThat(store.placeOf(bob, first.id())).isEmpty();
  }

  @Test
  void knowsNoGroupThatIsNotThere() {
    var none = new GroupId(Integer.MAX_VALUE);

    assertThat(store.find(none)).isEmpty();
    assertThat(store.members(none, 0, ALL)).isEmpty();
    assertThat(store.placeOf(ann, none)).isEmpty();
  }

  @Test
  void aRemovedMemberSeesItAndNothingBehind() {
    var group = group();
    var bob = testDatabase.newUser(unique("bob"));
    store.join(group.id(), bob, NOW);

    var removed = requireNonNull(store.remove(group.id(), bob, ann, NOW).entry());
    say(group, 3, 1);

    // Later than the entry before it, though the clock stands still.
    assertThat(removed.head()).isEqualTo(new Head(2, 2, StoredTime.of(NOW) + 1, 2));
    var entry = (MemberEntry) removed.entry();
    assertThat(entry.change()).isEqualTo(MemberEntry.Change.REMOVED);
    assertThat(entry.sender()).isEqualTo(ann);
    assertThat(entry.user()).isEqualTo(bob);
    assertThat(standings(bob))
        .containsExactly(new Standing(conversation(group), List.of(new Range(0, 2)), 0, 3));
    assertThat(store.groupsOf(bob)).isEmpty();
    assertThat(store.countGroupsOf(bob)).isZero();
    assertThat(store.placeOf(bob, group.id())).isEmpty();
    assertThat(ids(store.members(group.id(), 0, ALL))).containsExactly(ann);
    assertThat(ids(requireNonNull(store.members(List.of(group.id())).get(group.id()))))
        .containsExactly(ann);
    assertThat(store.find(group.id()).orElseThrow().memberCount()).isEqualTo(1);
    assertThat(store.remove(group.id(), bob, ann, NOW)).isEqualTo(new Changed<>(false, null));
  }

  @Test
  void aRangeThatEndedStaysWhenItsMemberJoinsAgain() {
    var group = group();
    var bob = testDatabase.newUser(unique("bob"));
    store.join(group.id(), bob, NOW);
    store.remove(group.id(), bob, ann, NOW);
    say(group, 3, 1);

    assertThat(store.join(group.id(), bob, NOW).result()).isEqualTo(3);

    var members = new MemberStore(testDatabase.database());
    assertThat(members.ranges(bob, conversation(group)))
        .containsExactly(new Range(0, 2), new Range(3, Range.OPEN));
    assertThat(members.earlierRangesOf(bob))
        .containsExactly(Map.entry(conversation(group), List.of(new Range(0, 2))));
    // What was received stays: of the first range something may be missing.
    assertThat(standings(bob))
        .containsExactly(
            new Standing(conversation(group), List.of(new Range(3, Range.OPEN)), 0, 4));
    assertThat(store.find(group.id()).orElseThrow().memberCount()).isEqualTo(2);
    assertThat(members.statesOf(bob, 0, 10))
        .containsExactly(new ConversationState(conversation(group), 4, 0, new Place(0, 3), null));
  }

  private StoredGroup group() {
    return store.create(unique("group"), "", ann, 1);
  }

  private void say(StoredGroup group, int count) {
    say(group, 1, count);
  }

  private void say(StoredGroup group, int first, int count) {
    for (int seq = first; seq < first + count; seq++) {
      testDatabase.execute(
          "INSERT INTO log_entry (conversation_id, seq, kind, sender_id, sent_at, body)"
              + " VALUES (%s, %d, 1, %s, 0, 'x')".formatted(group.id(), seq, ann));
    }
  }

  private List<Standing> standings(UserId user) {
    return new MemberStore(testDatabase.database()).standingsOf(user);
  }

  private static ConversationId conversation(StoredGroup group) {
    return ConversationId.group(group.id());
  }

  private static List<UserId> ids(List<StoredMember> members) {
    return members.stream().map(StoredMember::id).toList();
  }

  private static <T> List<T> atOnce(List<Callable<T>> work)
      throws InterruptedException, ExecutionException {
    try (var executor = Executors.newFixedThreadPool(work.size())) {
      var results = new java.util.ArrayList<T>();
      for (var future : executor.invokeAll(work)) {
        results.add(future.get());
      }
      return results;
    }
  }

  private static String unique(String name) {
    return name + UUID.randomUUID().toString().substring(0, 30);
  }
}
