package io.chatserver.server.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.UserId;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HistoryPageTest {
  private static final ConversationId GROUP = ConversationId.group(new GroupId(1));
  private static final UserId ANN = new UserId(1);

  private static List<LogEntry> texts(long first, long last) {
    return LongStream.rangeClosed(first, last)
        .<LogEntry>mapToObj(seq -> new ChatMessage(GROUP, seq, ANN, "ann", Instant.EPOCH, "x"))
        .toList();
  }

  private static List<LogEntry> others(long first, long last) {
    return LongStream.rangeClosed(first, last)
        .<LogEntry>mapToObj(seq ->
            new MemberEntry(
                GROUP, seq, MemberEntry.Change.JOINED, ANN, "ann", ANN, "ann", Instant.EPOCH))
        .toList();
  }

  private static List<LogEntry> both(List<LogEntry> one, List<LogEntry> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  @Test
  void itsLimitCountsTexts() {
    var page = new HistoryPage(2, true);

    assertThat(page.add(both(others(1, 1), texts(2, 9)), false, 0)).isEqualTo(3);
    assertThat(page.hasRoom()).isFalse();
    assertThat(page.shown()).extracting(LogEntry::seq).containsExactly(1L, 2L, 3L);
  }

  @Test
  void withoutATextItIsReadOnForAClientOfTexts() {
    var page = new HistoryPage(1, false);

    assertThat(page.wanted()).isEqualTo(1);
    page.add(others(1, 1), false, 0);
    assertThat(page.wanted()).isEqualTo(HistoryPage.MAX_ROWS);
    page.add(others(2, 1001), false, 0);
    assertThat(page.hasRoom()).isTrue();
    assertThat(page.add(texts(1002, 1003), false, 1001)).isEqualTo(1002);
    assertThat(page.hasRoom()).isFalse();
    assertThat(page.shown()).extracting(LogEntry::seq).containsExactly(1002L);
  }

  @Test
  void itEndsAfterAThousandRowsThatHoldAText() {
    var page = new HistoryPage(100, false);

    page.add(both(texts(1, 1), others(2, 999)), false, 0);
    assertThat(page.wanted()).isEqualTo(1);
    page.add(others(1000, 1000), false, 0);
    assertThat(page.hasRoom()).isFalse();
  }

  @Test
  void readsOnNoFurtherThanItMayNeed() {
    var page = new HistoryPage(50, false);

    page.add(both(others(1, 1), texts(2, 50)), false, 0);
    assertThat(page.hasRoom()).isTrue();
    assertThat(page.wanted()).isEqualTo(16);
  }

  @Test
  void itsEntriesTakeRoomToo() {
    var page = new HistoryPage(100, true);

    page.add(others(1, 600), false, 0);

    assertThat(page.hasRoom()).isFalse();
    assertThat(page.shown()).hasSize(512);
    assertThat(page.add(others(601, 601), false, 512)).isEqualTo(512);
  }

  /** The store gives fewer rows where their texts are long. */
  @Test
  void itEndsWhereTextsAreLong() {
    var page = new HistoryPage(10, false);

    page.add(texts(1, 3), true, 0);

    assertThat(page.hasRoom()).isFalse();
  }
}
