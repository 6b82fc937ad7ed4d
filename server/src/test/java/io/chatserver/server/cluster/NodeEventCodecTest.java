package io.chatserver.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.MemberEntry.Change;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.Head;
import io.chatserver.server.storage.StoredTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeEventCodecTest {
  private static final UserId ANN = new UserId(1);
  private static final ConversationId DIRECT = ConversationId.direct(ANN, new UserId(2));
  private static final ConversationId GROUP = ConversationId.group(new GroupId(5));
  private static final Instant TIME = Instant.parse("2026-11-28T06:00:00.123456Z");
  private static final List<NodeEvent> EVENTS =
      List.of(
          new NodeEvent.Met(),
          new NodeEvent.Stored(
              new ChatMessage(DIRECT, Long.MAX_VALUE, ANN, "ann", TIME, "für Bob 🙂"),
              new Head(Long.MAX_VALUE, 3, StoredTime.of(TIME), 2)),
          new NodeEvent.Stored(
              new MemberEntry(GROUP, 7, Change.JOINED, ANN, "ann", ANN, "ann", TIME),
              new Head(7, 4, StoredTime.of(TIME), 7)),
          new NodeEvent.Stored(
              new MemberEntry(GROUP, 8, Change.REMOVED, ANN, "ann", new UserId(2), "bob", TIME),
              new Head(8, 5, StoredTime.of(TIME), 8)),
          new NodeEvent.Joined(ANN, new GroupId(7), 12),
          new NodeEvent.Began(ANN, Long.MAX_VALUE),
          new NodeEvent.Moved(DIRECT, ANN, new Place(3, 2)));

  @Test
  void readsWhatItWrites() {
    assertThat(NodeEventCodec.decode(NodeEventCodec.encode(EVENTS))).isEqualTo(EVENTS);
  }

  @Test
  void refusesWhatIsCutOffOrOfAnotherVersion() {
    var payload = NodeEventCodec.encode(EVENTS.subList(1, 2));
    for (int length = 2; length < payload.length; length++) {
      var part = Arrays.copyOf(payload, length);
      assertThatThrownBy(() -> NodeEventCodec.decode(part))
          .isInstanceOf(IllegalArgumentException.class);
    }
    payload[0]++;
    assertThatThrownBy(() -> NodeEventCodec.decode(payload))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("version 3");
  }
}
