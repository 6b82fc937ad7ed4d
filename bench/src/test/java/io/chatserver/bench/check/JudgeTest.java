package io.chatserver.bench.check;

import static io.chatserver.bench.check.Story.ANN;
import static io.chatserver.bench.check.Story.BOB;
import static io.chatserver.bench.check.Story.BOBS_OTHER;
import static io.chatserver.bench.check.Story.DIRECT;
import static io.chatserver.bench.check.Story.EVE;
import static io.chatserver.bench.check.Story.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JudgeTest {
  private final Story story = new Story();

  /** All is well: Ann says three things, and both of Bob's devices get them. */
  @BeforeEach
  void threeMessages() {
    story.begins(ANN, Map.of(DIRECT, 0L));
    story.begins(BOB, Map.of(DIRECT, 0L));
    story.begins(BOBS_OTHER, Map.of(DIRECT, 0L));
    for (int i = 1; i <= 3; i++) {
      long seq = story.says(ANN, DIRECT);
      story.gets(BOBS_OTHER, DIRECT, seq);
    }
  }

  private void violates(Invariant... expected) {
    assertThat(story.judged().violations().keySet()).containsExactlyInAnyOrder(expected);
  }

  @Test
  void findsNothingWhereNothingIs() {
    story.gets(BOB, DIRECT, 1, 2, 3);

    var verdict = story.judged();
    assertThat(verdict.isGood()).isTrue();
    assertThat(verdict.deliveries()).isEqualTo(6);
  }

  @Test
  void anAcknowledgedMessageThatTheLogLacks() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    story.removeFromLog(DIRECT, 3);

    violates(Invariant.ACKNOWLEDGED_IS_STORED, Invariant.AS_IN_LOG);
  }

  @Test
  void anAcknowledgementOfAnotherPlace() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    story.of(ANN).add(EventKind.STORED, DIRECT, 3, story.sayingOf(DIRECT, 1), 1003);

    violates(Invariant.ACKNOWLEDGED_IS_STORED);
  }

  @Test
  void aRepeatThatIsToldAnotherTime() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    story.of(ANN).add(EventKind.STORED, DIRECT, 1, story.sayingOf(DIRECT, 1), 999);

    violates(Invariant.ACKNOWLEDGED_IS_STORED);
  }

  @Test
  void aMessageThatIsStoredTwice() {
    story.store(DIRECT, 4, story.sayingOf(DIRECT, 3));
    story.gets(BOB, DIRECT, 1, 2, 3, 4).gets(BOBS_OTHER, DIRECT, 4).gets(ANN, DIRECT, 4);

    violates(Invariant.STORED_ONCE);
  }

  @Test
  void aMessageThatNobodySaid() {
    story.store(DIRECT, 4, Saying.of(BOB, 1));
    story.gets(BOB, DIRECT, 1, 2, 3, 4).gets(BOBS_OTHER, DIRECT, 4).gets(ANN, DIRECT, 4);

    violates(Invariant.SAID_BY_SOMEONE);
  }

  @Test
  void aForgeryThatIsStored() {
    long forgery = Saying.forgeryOf(story.sayingOf(DIRECT, 3));
    story.store(DIRECT, 4, forgery);
    story.gets(BOB, DIRECT, 1, 2, 3, 4).gets(BOBS_OTHER, DIRECT, 4).gets(ANN, DIRECT, 4);

    violates(Invariant.SAID_BY_SOMEONE);
  }

  @Test
  void aHoleInTheLog() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    story.store(DIRECT, 5, story.sends(BOB, DIRECT));

    var verdict = story.judged();
    assertThat(verdict.violations()).containsKey(Invariant.NO_HOLE_IN_LOG);
  }

  @Test
  void aSenderWhoseMessagesChangedPlaces() {
    long first = story.sends(BOB, DIRECT);
    story.store(DIRECT, 4, story.sends(BOB, DIRECT));
    story.store(DIRECT, 5, first);
    story.gets(BOB, DIRECT, 1, 2, 3, 4, 5);
    story.gets(BOBS_OTHER, DIRECT, 4, 5).gets(ANN, DIRECT, 4, 5);

    violates(Invariant.ORDER_OF_SENDER);
  }

  @Test
  void anotherLogInTheDatabase() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    var database = story.log();
    story.databaseHas(database);
    violates();

    database.add(DIRECT, 4, -1, 0);
    violates(Invariant.SAME_IN_DATABASE);
  }

  @Test
  void aMessageThatIsLeftOut() {
    story.gets(BOB, DIRECT, 1, 3);

    violates(Invariant.NO_HOLE, Invariant.COMPLETE);
  }

  @Test
  void aMessageThatIsLeftOutAndComesInAnotherSession() {
    story.gets(BOB, DIRECT, 1, 3).ends(BOB);
    story.begins(BOB, Map.of(DIRECT, 1L)).gets(BOB, DIRECT, 2, 3);

    violates(Invariant.NO_HOLE);
  }

  @Test
  void theLastMessageThatNeverComes() {
    story.gets(BOB, DIRECT, 1, 2);

    violates(Invariant.COMPLETE);
  }

  @Test
  void aMessageThatComesTwice() {
    story.gets(BOB, DIRECT, 1, 2, 2, 3);

    violates(Invariant.NO_REPEAT);
  }

  @Test
  void whatTheDeviceSaidItHadComesAgain() {
    story.gets(BOB, DIRECT, 1, 2, 3).ends(BOB);
    story.begins(BOB, Map.of(DIRECT, 3L)).gets(BOB, DIRECT, 3);

    violates(Invariant.NO_REPEAT);
  }

  @Test
  void whatTheDeviceLostMayComeAgain() {
    story.gets(BOB, DIRECT, 1, 2, 3).ends(BOB);
    story.begins(BOB, Map.of(DIRECT, 1L)).gets(BOB, DIRECT, 2, 3);

    violates();
  }

  @Test
  void messagesThatChangePlacesOnTheirWay() {
    story.gets(BOB, DIRECT, 1, 3, 2);

    violates(Invariant.IN_ORDER);
  }

  @Test
  void aMessageThatIsNotTheOneOfTheLog() {
    story.gets(BOB, DIRECT, 1, 2);
    story.getsAs(BOB, DIRECT, 3, -1);

    violates(Invariant.AS_IN_LOG);
  }

  @Test
  void historyThatIsNotTheLog() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    story.of(BOB).add(EventKind.READ, DIRECT, 3, story.sayingOf(DIRECT, 2), 1003);

    violates(Invariant.AS_IN_LOG);
  }

  @Test
  void anOwnMessageIsDeliveredByItsAcknowledgementOnlyIfItIsNext() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    story.says(BOB, DIRECT);
    story.gets(BOBS_OTHER, DIRECT, 4).gets(ANN, DIRECT, 4);
    violates();

    story.says(ANN, DIRECT);
    story.gets(BOBS_OTHER, DIRECT, 5);
    story.says(BOB, DIRECT);
    story.gets(BOBS_OTHER, DIRECT, 6).gets(ANN, DIRECT, 6);
    story.gets(BOB, DIRECT, 5);
    violates(Invariant.COMPLETE);

    story.gets(BOB, DIRECT, 6);
    violates();
  }

  @Test
  void anOwnMessageThatItsAcknowledgementDeliveredComesAsWell() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    story.says(BOB, DIRECT);
    story.gets(BOBS_OTHER, DIRECT, 4).gets(ANN, DIRECT, 4);
    story.gets(BOB, DIRECT, 4);

    violates(Invariant.NO_REPEAT);
  }

  @Test
  void withoutACursorASessionGoesOnWhereTheUserHasAcknowledged() {
    story.gets(BOB, DIRECT, 1, 2).acknowledges(BOB, DIRECT, 2, 0).ends(BOB);
    story.begins(BOB).gets(BOB, DIRECT, 3);
    violates();
  }

  @Test
  void withoutACursorASessionGoesOnTooFar() {
    story.gets(BOB, DIRECT, 1, 2).acknowledges(BOB, DIRECT, 1, 0).ends(BOB);
    story.begins(BOB).gets(BOB, DIRECT, 3);

    violates(Invariant.RESUMED_RIGHT);
  }

  @Test
  void withoutACursorASessionGoesBackBehindWhatWasShownToBeStored() {
    story.gets(BOB, DIRECT, 1, 2, 3).acknowledges(BOB, DIRECT, 3, 0);
    story.of(ANN).add(EventKind.RECEIPT, DIRECT, 2, 3, 0);
    story.ends(BOB).begins(BOB).gets(BOB, DIRECT, 2, 3);

    violates(Invariant.RESUMED_RIGHT);
  }

  @Test
  void ownMessagesBeforeTheFirstPushAreNoHole() {
    story.gets(BOB, DIRECT, 1, 2, 3).acknowledges(BOB, DIRECT, 3, 0).ends(BOB).begins(BOB);
    story.says(BOB, DIRECT);
    story.says(ANN, DIRECT);
    story.gets(BOBS_OTHER, DIRECT, 4, 5);
    story.gets(BOB, DIRECT, 5);

    // Ann was never shown Bob's.
    assertThat(story.judged().examples())
        .allSatisfy(violation -> assertThat(violation.device()).isEqualTo(ANN));
  }

  @Test
  void aStrangerWhoGetsSomething() {
    story.gets(BOB, DIRECT, 1, 2, 3).begins(EVE).gets(EVE, DIRECT, 1);

    violates(Invariant.MEMBERS_ONLY);
  }

  @Test
  void aStrangerWhoIsLetIn() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    story.of(EVE).add(EventKind.ADMITTED, DIRECT, 0);

    violates(Invariant.MEMBERS_ONLY);
  }

  @Test
  void aStrangerWhoIsToldHowAConversationStands() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    story.of(EVE).add(EventKind.LISTS);
    story.of(EVE).add(EventKind.PLACE, DIRECT, 3, 0, 0);

    violates(Invariant.MEMBERS_ONLY);
  }

  @Test
  void aLateMemberGetsWhatIsSaidFromThenOn() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    joinsLate(2);
    story.gets(BOB, GROUP, 2).gets(BOBS_OTHER, GROUP, 2);
    violates();

    story.gets(BOB, GROUP, 1);
    violates(Invariant.MEMBERS_ONLY, Invariant.NO_REPEAT);
  }

  @Test
  void aLateMemberSeesWhatWasSaidBefore() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    joinsLate(1);
    story.gets(BOB, GROUP, 1, 2).gets(BOBS_OTHER, GROUP, 1, 2);

    violates(Invariant.MEMBERS_ONLY);
  }

  @Test
  void aLateMemberMissesWhatWasSaidAfterwards() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    joinsLate(0);

    violates(Invariant.COMPLETE);
  }

  /** Ann says one thing before and one after Bob has joined. */
  private void joinsLate(long firstVisible) {
    story.says(ANN, GROUP);
    story.of(BOB).add(EventKind.JOINS, GROUP, 0);
    story.of(BOB).add(EventKind.JOINED, GROUP, 0);
    story.says(ANN, GROUP);
    story.of(BOB).add(EventKind.FIRST_VISIBLE, GROUP, firstVisible);
    // Hers are hers by their acknowledgements, once it is known where she stands.
    story.ends(ANN).begins(ANN, Map.of(GROUP, 0L)).gets(ANN, GROUP, 1, 2);
  }

  @Test
  void placesThatGoBack() {
    story.gets(BOB, DIRECT, 1, 2, 3).acknowledges(BOB, DIRECT, 3, 2);
    story.of(ANN).add(EventKind.RECEIPT, DIRECT, 2, 3, 2);
    story.of(ANN).add(EventKind.LISTS);
    story.of(ANN).add(EventKind.PEER_PLACE, DIRECT, 2, 3, 2);
    violates();

    story.of(ANN).add(EventKind.RECEIPT, DIRECT, 2, 3, 1);
    violates(Invariant.PLACES_GROW);
  }

  @Test
  void aPlaceThatIsBehindAReceipt() {
    story.gets(BOB, DIRECT, 1, 2, 3).acknowledges(BOB, DIRECT, 3, 2);
    story.of(ANN).add(EventKind.RECEIPT, DIRECT, 2, 3, 2);
    story.of(BOB).add(EventKind.LISTS);
    story.of(BOB).add(EventKind.PLACE, DIRECT, 3, 2, 2);

    violates(Invariant.PLACES_GROW);
  }

  @Test
  void aPlaceThatNobodyAcknowledged() {
    story.gets(BOB, DIRECT, 1, 2, 3).acknowledges(BOB, DIRECT, 2, 0);
    story.of(ANN).add(EventKind.RECEIPT, DIRECT, 2, 3, 0);

    violates(Invariant.PLACES_GROW);
  }

  @Test
  void aHeadThatLacksWhatWasAcknowledged() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    story.of(ANN).add(EventKind.LISTS);
    story.of(ANN).add(EventKind.PLACE, DIRECT, 2, 0, 0);

    violates(Invariant.PLACES_GROW);
  }

  @Test
  void whatDevicesFindOutThemselves() {
    story.gets(BOB, DIRECT, 1, 2, 3);
    story.of(ANN).add(EventKind.DIGEST_DIFFERS, null, 0, 1, 2);
    story.of(ANN).add(EventKind.LAGS, DIRECT, 2, 3, 0);
    story.of(ANN).strange(null, "a frame of no known kind");

    violates(Invariant.DIGEST, Invariant.UP_TO_DATE, Invariant.AS_THE_PROTOCOL_SAYS);
    assertThat(story.judged().examples())
        .extracting(Violation::text)
        .contains("a frame of no known kind");
  }
}
