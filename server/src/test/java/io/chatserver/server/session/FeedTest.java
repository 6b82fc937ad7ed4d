package io.chatserver.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.MessageType;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.PreparedPush;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FeedTest {
  private static final UserId ME = new UserId(1);
  private static final UserId PEER = new UserId(2);
  private static final ConversationId DIRECT = ConversationId.direct(ME, PEER);
  private static final ConversationId GROUP = ConversationId.group(new GroupId(7));
  private static final Frame.Response LOGIN =
      new Frame.Response(1L, MessageType.LOGIN, new Reply.Done());

  private final RecordingConnection connection = new RecordingConnection();
  private final FakeLog log = new FakeLog();
  private final Feed feed = new Feed(ME, connection, Reading.PLAIN, log);

  private void open(Standing... standings) {
    feed.open(List.of(standings), Map.of(), LOGIN, List.of());
  }

  private ChatMessage append(UserId sender) {
    return log.append(DIRECT, sender);
  }

  private void offer(ChatMessage message) {
    try (var push = new PreparedPush(message)) {
      feed.offer(push);
    }
  }

  private void acknowledge(ChatMessage message) {
    var sent = new Reply.Sent(message.conversation(), message.seq(), message.sentAt());
    feed.acknowledge(message, new Frame.Response(2L, MessageType.DIRECT_CHAT, sent));
  }

  /** Everything that is under way comes to its end. */
  private void settle() {
    connection.runLoop();
    while (log.isAsked()) {
      log.nextRead().query().arrive();
      connection.runLoop();
    }
    connection.handOver();
  }

  private static Push.Receipt receipt(UserId user, long received, long read) {
    return new Push.Receipt(DIRECT, user, new Place(received, read));
  }

  private static List<Long> seqs(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  @Test
  void pushesWhatIsNextAtOnce() {
    open();
    offer(append(PEER));
    offer(append(PEER));

    assertThat(connection.pushedSeqs()).containsExactly(1L, 2L);
    assertThat(log.isAsked()).isFalse();
  }

  @Test
  void aMessageThatTheStandingsLackIsServedAfterTheAnswer() {
    var standing = log.standing(DIRECT, 0);
    offer(append(PEER));
    assertThat(connection.pushed()).isEmpty();
    open(standing);
    settle();

    assertThat(connection.replies()).hasSize(1);
    assertThat(connection.pushedSeqs()).containsExactly(1L);
  }

  @Test
  void aConversationThatBeginsDuringTheLoginIsServed() {
    offer(append(PEER));
    offer(append(PEER));
    open();
    settle();

    assertThat(connection.pushedSeqs()).containsExactly(1L, 2L);
  }

  @Test
  void whatCameWhileTheUserWasAwayIsServedFromWhereHeStands() {
    LongStream.range(0, 500).forEach(_ -> append(PEER));
    open(log.standing(DIRECT, 100));
    settle();

    assertThat(connection.pushedSeqs()).isEqualTo(seqs(101, 500));
    assertThat(log.received(DIRECT)).isEqualTo(500);
  }

  @Test
  void messagesOfTheAnswerAreNotPushedAgainAndCountWhenItIsWritten() {
    var offline = List.of(append(PEER), append(PEER));
    append(PEER);
    feed.open(List.of(log.standing(DIRECT, 0)), Map.of(), LOGIN, offline);
    assertThat(log.received(DIRECT)).isZero();
    connection.handOver();
    assertThat(log.received(DIRECT)).isEqualTo(2);
    settle();

    assertThat(connection.pushedSeqs()).containsExactly(3L);
  }

  @Test
  void aHoleIsFilledFromTheLog() {
    open();
    offer(append(PEER));
    append(PEER);
    append(PEER);
    offer(append(PEER));
    assertThat(connection.pushedSeqs()).containsExactly(1L);
    settle();

    assertThat(connection.pushedSeqs()).isEqualTo(seqs(1, 4));
  }

  /** As where a database was replaced under the server: it must not be read for ever. */
  @Test
  void aHoleOfTheLogItselfIsToldAndPassedOver() {
    for (int i = 0; i < 5; i++) {
      append(PEER);
    }
    var standing = log.standing(DIRECT, 0);
    log.lose(DIRECT, 2, 3);
    open(standing);
    settle();

    assertThat(connection.pushedSeqs()).containsExactly(1L, 4L, 5L);
    assertThat(log.holes()).isEqualTo(1);
    assertThat(log.behind()).isZero();
  }

  @Test
  void aRepeatIsIgnored() {
    open();
    var first = append(PEER);
    offer(first);
    offer(append(PEER));
    offer(first);
    settle();

    assertThat(connection.pushedSeqs()).containsExactly(1L, 2L);
  }

  @Test
  void aConnectionThatTakesNoMoreIsServedFromTheLogLater() {
    open();
    connection.takes(1);
    LongStream.range(0, 100).forEach(_ -> offer(append(PEER)));
    settle();
    assertThat(connection.pushedSeqs()).containsExactly(1L);
    assertThat(log.behind()).isEqualTo(1);

    for (int i = 0; i < 11; i++) {
      connection.takes(10);
      feed.resume();
      settle();
    }

    assertThat(connection.pushedSeqs()).isEqualTo(seqs(1, 100));
    offer(append(PEER));
    assertThat(connection.pushedSeqs()).endsWith(101L);
    assertThat(log.behind()).isZero();
    assertThat(log.delivered()).isEqualTo(101);
  }

  @Test
  void aSessionThatEndsIsNoLongerBehind() {
    append(PEER);
    open(log.standing(DIRECT, 0));
    assertThat(log.behind()).isEqualTo(1);
    feed.close();
    assertThat(log.behind()).isZero();
    settle();

    assertThat(log.behind()).isZero();
  }

  @Test
  void aMessageDuringACatchUpWaitsForItsTurn() {
    append(PEER);
    open(log.standing(DIRECT, 0));
    var read = log.nextRead().query();
    offer(append(PEER));
    assertThat(connection.pushed()).isEmpty();
    read.arrive();
    settle();

    assertThat(connection.pushedSeqs()).containsExactly(1L, 2L);
  }

  @Test
  void otherConversationsGoOnDuringACatchUp() {
    append(PEER);
    open(log.standing(DIRECT, 0), log.standing(GROUP, 0));
    offer(log.append(GROUP, PEER));

    assertThat(connection.pushed()).extracting(ChatMessage::conversation).containsExactly(GROUP);
    settle();
    assertThat(connection.pushed()).hasSize(2);
  }

  @Test
  void whoIsOverTheRateCatchesUpMoreSlowly() {
    LongStream.range(0, 100).forEach(_ -> append(PEER));
    feed.pacedBy(messages -> Duration.ofMillis(messages).toNanos());
    open(log.standing(DIRECT, 0));
    assertThat(log.isAsked()).isFalse();
    offer(append(PEER));
    connection.runLoopFor(Duration.ofMillis(8));
    log.nextRead().query().arrive();
    connection.runLoop();
    assertThat(connection.pushedSeqs()).isEqualTo(seqs(1, 8));

    connection.runLoopFor(Duration.ofMillis(15));
    assertThat(log.isAsked()).isFalse();
    connection.runLoopFor(Duration.ofMillis(1));
    assertThat(log.isAsked()).isTrue();
  }

  @Test
  void aSessionThatEndsBeforeItsTurnReadsNothing() {
    append(PEER);
    feed.pacedBy(_ -> 1);
    open(log.standing(DIRECT, 0));
    feed.close();
    connection.runLoopFor(Duration.ofSeconds(1));

    assertThat(log.isAsked()).isFalse();
  }

  @Test
  void aDatabaseThatFailsIsAskedAgainLater() {
    append(PEER);
    open(log.standing(DIRECT, 0));
    for (int i = 0; i < 3; i++) {
      log.nextRead().fail();
      connection.runLoop();
      offer(append(PEER));
      assertThat(log.isAsked()).isFalse();
      connection.runLoopFor(Duration.ofSeconds(2));
    }
    settle();

    assertThat(connection.pushedSeqs()).isEqualTo(seqs(1, 4));
  }

  @Test
  void aPageThatIsPromisedComesThoughItsMessagesCameSingly() {
    var acknowledging = new Feed(ME, connection, new Reading(true, false), log);
    var messages = LongStream.range(0, 9).mapToObj(_ -> append(PEER)).toList();
    acknowledging.open(List.of(log.standing(DIRECT, 0)), Map.of(), LOGIN, List.of());
    log.nextRead().query().arrive();
    connection.runLoop();
    try (var push = new PreparedPush(messages.getLast())) {
      acknowledging.offer(push);
    }
    settle();

    assertThat(connection.pushedSeqs()).isEqualTo(seqs(1, 9));
    assertThat(connection.pages()).extracting(Push.Page::more).containsExactly(true, false);
  }

  /** Acknowledgements go out even where a connection takes nothing else. */
  @Test
  void aPageThatIsPromisedComesThoughOnesOwnMessageWasAllThatItLacked() {
    var acknowledging = new Feed(ME, connection, new Reading(true, false), log);
    LongStream.range(0, 8).forEach(_ -> append(PEER));
    var mine = append(ME);
    acknowledging.open(List.of(log.standing(DIRECT, 0)), Map.of(), LOGIN, List.of());
    connection.takes(0);
    log.nextRead().query().arrive();
    connection.runLoop();
    var sent = new Reply.Sent(DIRECT, mine.seq(), mine.sentAt());
    acknowledging.acknowledge(mine, new Frame.Response(2L, MessageType.DIRECT_CHAT, sent));
    connection.takes(10);
    acknowledging.resume();
    settle();

    assertThat(connection.pushedSeqs()).isEqualTo(seqs(1, 8));
    assertThat(connection.pages()).extracting(Push.Page::more).containsExactly(true, false);
  }

  @Test
  void whoJoinsGetsWhatIsSaidFromThenOn() {
    open();
    log.append(GROUP, PEER);
    assertThat(feed.join(GROUP, 1)).isTrue();
    log.append(GROUP, PEER);
    settle();
    offer(log.append(GROUP, PEER));

    assertThat(connection.pushedSeqs()).containsExactly(2L, 3L);
  }

  @Test
  void whoJoinsDuringHisLoginGetsWhatIsSaidFromThenOn() {
    log.append(GROUP, PEER);
    feed.join(GROUP, 1);
    offer(log.append(GROUP, PEER));
    open();
    settle();

    assertThat(connection.pushedSeqs()).containsExactly(2L);
    assertThat(feed.groups()).containsExactly(GROUP);
  }

  @Test
  void aMessageThatCrossesAnEmptyPageIsServed() {
    open();
    feed.join(GROUP, 0);
    connection.runLoop();
    connection.runLoopFor(Duration.ofMillis(1));
    var read = log.nextRead().query();
    var first = log.append(GROUP, PEER);
    // The next one overtakes it on another node's way.
    offer(log.append(GROUP, PEER));
    offer(first);
    read.arrive();
    settle();

    assertThat(connection.pushedSeqs()).containsExactly(1L, 2L);
  }

  /** Found by the checker: what the client had came again. */
  @Test
  void anotherDeviceThatJoinsDuringTheLoginTakesNothingBack() {
    LongStream.range(0, 5).forEach(_ -> log.append(GROUP, PEER));
    var standing = log.standing(GROUP, 2);
    feed.join(GROUP, 0);
    feed.open(List.of(standing), Map.of(GROUP, 4L), LOGIN, List.of());
    settle();

    assertThat(connection.pushedSeqs()).containsExactly(5L);
  }

  /** Found by the lab: what another device had acknowledged was skipped. */
  @Test
  void aDeviceThatJoinsAgainGoesOnWhereItIs() {
    LongStream.range(0, 5).forEach(_ -> log.append(GROUP, PEER));
    feed.join(GROUP, 4);
    feed.open(List.of(log.standing(GROUP, 4)), Map.of(GROUP, 2L), LOGIN, List.of());
    feed.join(GROUP, 5);
    settle();

    assertThat(connection.pushedSeqs()).containsExactly(3L, 4L, 5L);
  }

  @Test
  void onesOwnMessageIsServedByItsAcknowledgement() {
    open();
    acknowledge(append(ME));
    offer(append(PEER));
    settle();

    assertThat(connection.replies()).hasSize(2);
    assertThat(connection.pushedSeqs()).containsExactly(2L);
    assertThat(log.received(DIRECT)).isEqualTo(2);
  }

  /** The look saw it in the database before its sender was told. */
  @Test
  void onesOwnMessageThatALookFindsFirstIsServedByItsAcknowledgementAlone() {
    open();
    var mine = append(ME);
    feed.look(log.standing(DIRECT, 0));
    var read = log.nextRead().query();
    acknowledge(mine);
    read.arrive();
    settle();

    assertThat(connection.replies()).hasSize(2);
    assertThat(connection.pushed()).isEmpty();
    assertThat(log.received(DIRECT)).isEqualTo(1);
  }

  @Test
  void whatIsNextIsPushedOnceThoughALookFoundItFirst() {
    open();
    var theirs = append(PEER);
    feed.look(log.standing(DIRECT, 0));
    var read = log.nextRead().query();
    offer(theirs);
    assertThat(connection.pushedSeqs()).containsExactly(1L);
    read.arrive();
    settle();

    assertThat(connection.pushedSeqs()).containsExactly(1L);
  }

  @Test
  void anAcknowledgementDuringACatchUpHoldsNothingUpAndSkipsNothing() {
    append(PEER);
    append(PEER);
    open(log.standing(DIRECT, 0));
    var read = log.nextRead().query();
    acknowledge(append(ME));
    assertThat(connection.replies()).hasSize(2);
    connection.handOver();
    assertThat(log.received(DIRECT)).isZero();
    read.arrive();
    settle();
    offer(append(PEER));

    assertThat(connection.pushedSeqs()).isEqualTo(seqs(1, 4));
  }

  @Test
  void whatOneSaidElsewhereIsPushedButNotToCppClients() {
    open();
    offer(append(ME));
    assertThat(connection.pushedSeqs()).containsExactly(1L);

    connection.becomesLegacy();
    offer(append(ME));
    offer(append(PEER));
    connection.handOver();
    assertThat(connection.pushedSeqs()).containsExactly(1L, 3L);
    assertThat(log.received(DIRECT)).isEqualTo(3);
  }

  @Test
  void theCursorMovesWhenTheBytesAreHandedOver() {
    open();
    offer(append(PEER));
    assertThat(log.received(DIRECT)).isZero();

    connection.handOver();
    assertThat(log.received(DIRECT)).isEqualTo(1);
  }

  @Test
  void heldPlacesAreStoredWhenTheyAreReleased() {
    connection.becomesLegacy();
    feed.holdPlaces();
    append(PEER);
    open(log.standing(DIRECT, 0));
    settle();
    offer(append(PEER));
    connection.handOver();
    assertThat(connection.pushedSeqs()).containsExactly(1L, 2L);
    assertThat(log.received(DIRECT)).isZero();

    feed.releasePlaces();
    assertThat(log.received(DIRECT)).isEqualTo(2);
    offer(append(PEER));
    connection.handOver();
    assertThat(log.received(DIRECT)).isEqualTo(3);
  }

  @Test
  void whoGoesBackIsServedAgainFromHisLoginOnce() {
    log.takesRepeats();
    connection.becomesLegacy();
    LongStream.range(0, 5).forEach(_ -> append(PEER));
    open(log.standing(DIRECT, 3));
    settle();
    offer(append(PEER));
    feed.goBack(_ -> true);
    settle();
    assertThat(connection.pushedSeqs()).containsExactly(4L, 5L, 6L, 4L, 5L, 6L);

    feed.goBack(_ -> true);
    settle();
    assertThat(connection.pushedSeqs()).hasSize(6);
  }

  @Test
  void whatWasNotWrittenBeforeOneWentBackIsNotReceivedByThat() {
    connection.becomesLegacy();
    feed.holdPlaces();
    open();
    offer(append(PEER));
    feed.goBack(_ -> true);
    feed.releasePlaces();
    connection.handOver();
    assertThat(log.received(DIRECT)).isZero();

    settle();
    assertThat(log.received(DIRECT)).isEqualTo(1);
  }

  @Test
  void onlyTheConversationsInQuestionGoBack() {
    connection.becomesLegacy();
    open(log.standing(GROUP, 0));
    offer(append(PEER));
    offer(log.append(GROUP, PEER));
    feed.goBack(GROUP::equals);
    settle();

    assertThat(connection.pushed())
        .extracting(ChatMessage::conversation)
        .containsExactly(DIRECT, GROUP, GROUP);
  }

  @Test
  void aPageThatComesAfterOneWentBackIsReadAgain() {
    connection.becomesLegacy();
    LongStream.range(0, 20).forEach(_ -> append(PEER));
    open(log.standing(DIRECT, 0));
    log.nextRead().query().arrive();
    connection.runLoop();
    var read = log.nextRead().query();
    feed.goBack(_ -> true);
    read.arrive();
    settle();

    assertThat(connection.pushedSeqs().subList(8, 28)).isEqualTo(seqs(1, 20));
  }

  /** Nodes tell of receipts each in its own time. */
  @Test
  void aReceiptThatComesLateIsNoNews() {
    open(new Standing(DIRECT, 0, 0, 3));

    assertThat(feed.isNews(receipt(PEER, 3, 2))).isTrue();
    assertThat(feed.isNews(receipt(PEER, 2, 2))).isFalse();
    assertThat(feed.isNews(receipt(PEER, 3, 2))).isFalse();
    assertThat(feed.isNews(receipt(ME, 2, 0))).isTrue();
    assertThat(feed.isNews(receipt(PEER, 3, 3))).isTrue();
  }

  @Test
  void servesNothingAfterItsEnd() {
    append(PEER);
    open(log.standing(DIRECT, 0));
    var read = log.nextRead().query();
    feed.close();
    read.arrive();
    offer(append(PEER));
    acknowledge(append(ME));
    feed.resume();
    settle();

    assertThat(connection.pushed()).isEmpty();
    assertThat(feed.join(GROUP, 0)).isFalse();
    assertThat(log.isAsked()).isFalse();
  }
}
