package io.chatserver.bench.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ConversationId;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private final AtomicLong clock = new AtomicLong(1L << 50);
  private final History history = new History(clock::incrementAndGet);

  @Test
  void keepsEventsInTheirOrder() {
    var conversation = new ConversationId(7);
    for (int i = 0; i < 5000; i++) {
      history.add(EventKind.PUSHED, conversation, i, -1, Long.MAX_VALUE);
    }
    history.add(EventKind.GONE);

    assertThat(history.size()).isEqualTo(5001);
    assertThat(history.get(4321))
        .isEqualTo(
            new Event(4321, EventKind.PUSHED, (1L << 50) + 4322, 7, 4321, -1, Long.MAX_VALUE));
    assertThat(history.events())
        .hasSize(5001)
        .last()
        .extracting(Event::kind)
        .isEqualTo(EventKind.GONE);
  }

  @Test
  void keepsTheFirstNotes() {
    for (int i = 0; i < 1000; i++) {
      history.strange(null, "note " + i);
    }

    assertThat(history.note(history.get(history.size() - 1).x())).isEqualTo("note 99");
  }

  @Test
  void everyEventHasALineForAPerson() {
    for (var kind : EventKind.values()) {
      history.add(kind, new ConversationId(7), 3, 2, 1);
    }

    assertThat(history.events())
        .allSatisfy(event -> assertThat(event.text()).contains(event.kind().name(), " g7"));
  }
}
