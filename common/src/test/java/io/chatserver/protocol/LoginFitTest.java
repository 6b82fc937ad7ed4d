package io.chatserver.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A login's answer to a C++ client fits into one object, and shows what it can. */
final class LoginFitTest {
  private static final List<WireForm> LEGACY =
      Numbering.all().stream().map(WireForm::legacy).toList();

  @Test
  void whatFitsIsNotCut() throws IOException {
    for (int offline = 0; offline <= 2; offline++) {
      var login = login(2, groups(1, 3, "a", 11), offline);

      assertThat(fitted(login)).isEqualTo(login);
    }
  }

  @Test
  void nothingIsCutForOurs() {
    var login = login(1000, groups(100, 100, "a", 200), 1000);

    assertThat(Wire.WRITER.fit(login, WireForm.MODERN)).isSameAs(login);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\"", "\\", "é", "你", "😀"})
  void namesAndDescriptionsAtTheirLimitsFit(String character) throws IOException {
    var name = character.repeat(50);
    var group =
        new Group(
            new GroupId(Integer.MAX_VALUE),
            name,
            character.repeat(200),
            1000,
            List.of(new Member(Samples.LAST_USER, name, Role.CREATOR, true)));
    var friend = new Friend(Samples.LAST_USER, name, false);
    var message = Samples.direct(character.repeat(5000));
    var login =
        new Reply.LoggedIn(
            Samples.LAST_USER, name, List.of(friend), List.of(group), List.of(message));

    var fitted = fitted(login);

    assertThat(fitted.name()).isEqualTo(name);
    assertThat(fitted.friends()).containsExactly(friend);
    assertThat(fitted.offline()).isEmpty();
  }

  @Test
  void aLongDescriptionHidesNeitherItsGroupNorOthers() throws IOException {
    var login = login(3, groups(4, 1, "你", 200), 0);

    var fitted = fitted(login);

    assertThat(fitted.friends()).isEqualTo(login.friends());
    assertThat(fitted.groups()).extracting(Group::name).containsExactly("g1", "g2", "g3", "g4");
    assertThat(fitted.groups()).extracting(Group::description).containsOnly("");
    assertThat(fitted.groups()).extracting(group -> group.members().size()).contains(1);
  }

  @Test
  void manyFriendsDoNotHideTheGroups() throws IOException {
    var fitted = fitted(login(10_000, groups(3, 2, "a", 5), 0));

    assertThat(fitted.groups()).hasSize(3);
    assertThat(fitted.friends()).hasSizeGreaterThan(8);
  }

  @Test
  void manyGroupsDoNotHideTheFriends() throws IOException {
    var fitted = fitted(login(3, groups(10_000, 2, "a", 5), 0));

    assertThat(fitted.friends()).hasSize(3);
    assertThat(fitted.groups()).hasSizeGreaterThan(5);
  }

  @Test
  void anEntryThatIsTooBigDoesNotEndTheOtherList() throws IOException {
    var big = new Group(new GroupId(1), "\\".repeat(300), "", 1, List.of());
    var login =
        new Reply.LoggedIn(
            Samples.ALICE, "alice", login(5, List.of(), 0).friends(), List.of(big), List.of());

    var fitted = fitted(login);

    assertThat(fitted.friends()).hasSize(5);
    assertThat(fitted.groups()).isEmpty();
  }

  @Test
  void membersAreShownOfEachGroupInTurn() throws IOException {
    var fitted = fitted(login(1, groups(2, 1000, "a", 5), 0));

    var shown = fitted.groups().stream().map(group -> group.members().size()).toList();
    assertThat(shown).allSatisfy(count -> assertThat(count).isGreaterThanOrEqualTo(3));
    assertThat(shown.getFirst() - shown.getLast()).isBetween(0, 1);
  }

  @Test
  void messagesAreShownFromTheFirstWithoutAHole() throws IOException {
    var login = login(1, List.of(), 100);

    var fitted = fitted(login);

    assertThat(fitted.offline()).hasSizeBetween(4, 10);
    assertThat(fitted.offline()).isEqualTo(login.offline().subList(0, fitted.offline().size()));
  }

  @Test
  void whatIsLeftOutWouldNotHaveFitted() throws IOException {
    for (int friends = 1; friends < 30; friends++) {
      var login = login(friends, groups(2, 20, "a", 10), 5);
      var fitted = fitted(login);
      if (fitted.friends().size() < friends) {
        assertThat(blanks(fitted)).isLessThan(60);
      }
      if (fitted.groups().stream().anyMatch(group -> group.members().size() < 20)) {
        assertThat(blanks(fitted)).isLessThan(100);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyCombinationFits(long seed) throws IOException {
    var random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      var groups = Stream.generate(() -> randomGroup(random)).limit(random.nextInt(6)).toList();
      var friends =
          Stream.generate(() -> new Friend(Samples.BOB, randomText(random, 50), true))
              .limit(random.nextInt(8))
              .toList();
      var offline = Stream.generate(() -> randomMessage(random)).limit(random.nextInt(6)).toList();
      var login =
          new Reply.LoggedIn(Samples.LAST_USER, randomText(random, 50), friends, groups, offline);

      var fitted = fitted(login);

      assertStarts(login.friends(), fitted.friends());
      assertStarts(login.offline(), fitted.offline());
      for (int g = 0; g < fitted.groups().size(); g++) {
        assertThat(fitted.groups().get(g).id()).isEqualTo(groups.get(g).id());
      }
    }
  }

  @Test
  void aVastLoginIsCutInNoTime() throws IOException {
    var login = login(100_000, groups(1000, 1000, "a", 200), 10_000);
    long start = System.nanoTime();

    fitted(login);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }

  /** A message of a group has a number of two digits in one form and of one digit in another. */
  @Test
  void whatWasFittedForOneNumberingFitsInAnother() throws IOException {
    for (int length = 0; length < 1000; length++) {
      var message = Samples.group("x".repeat(length));
      var login =
          new Reply.LoggedIn(Samples.ALICE, "alice", List.of(), List.of(), List.of(message));

      fitted(login);
    }
  }

  /** The cut login, which is checked to be written as one object, in whatever form. */
  private static Reply.LoggedIn fitted(Reply.LoggedIn login) throws IOException {
    Reply.LoggedIn fitted = login;
    for (var form : LEGACY) {
      fitted = Wire.WRITER.fit(login, form);
      for (var later : LEGACY) {
        var frames = Wire.write(Wire.response(MessageType.LOGIN, fitted), later);
        assertThat(frames).hasSize(1);
        LegacyWriterTest.json(frames.getFirst());
      }
    }
    return fitted;
  }

  private static void assertStarts(List<?> whole, List<?> shown) {
    assertThat(shown).isEqualTo(whole.subList(0, shown.size()));
  }

  private static int blanks(Reply.LoggedIn fitted) throws IOException {
    var frame =
        Wire.write(Wire.response(MessageType.LOGIN, fitted), WireForm.legacy(Numbering.LONGEST))
            .getFirst();
    return 1023 - Wire.utf8(LegacyWriterTest.json(frame)).length;
  }

  private static Reply.LoggedIn login(int friends, List<Group> groups, int offline) {
    return new Reply.LoggedIn(
        Samples.ALICE,
        "alice",
        IntStream.rangeClosed(1, friends)
            .mapToObj(i -> new Friend(new UserId(i), "f" + i, i % 2 == 0))
            .toList(),
        groups,
        IntStream.rangeClosed(1, offline).mapToObj(i -> Samples.direct("message " + i)).toList());
  }

  private static List<Group> groups(int count, int members, String letter, int description) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(g ->
            new Group(
                new GroupId(g),
                "g" + g,
                letter.repeat(description),
                members,
                IntStream.rangeClosed(1, members)
                    .mapToObj(m -> new Member(new UserId(m), "m" + m, Role.NORMAL, true))
                    .toList()))
        .toList();
  }

  private static Group randomGroup(RandomGenerator random) {
    var members =
        Stream.generate(() -> new Member(Samples.BOB, randomText(random, 50), Role.NORMAL, false))
            .limit(random.nextInt(5))
            .toList();
    return new Group(
        new GroupId(1 + random.nextInt(1000)),
        randomText(random, 50),
        randomText(random, 200),
        members.size(),
        members);
  }

  private static ChatMessage randomMessage(RandomGenerator random) {
    var text = randomText(random, 300);
    return random.nextBoolean() ? Samples.direct(text) : Samples.group(text);
  }

  private static String randomText(RandomGenerator random, int most) {
    int[] letters = {'a', 'z', '"', '\\', 'é', '你', 0x1F600, ' ', '/'};
    var text = new StringBuilder();
    for (int i = random.nextInt(most) + 1; i > 0; i--) {
      text.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return text.toString();
  }
}
