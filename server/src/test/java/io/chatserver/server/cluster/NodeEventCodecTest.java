package io.chatserver.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.UserId;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeEventCodecTest {
  private static final UserId ANN = new UserId(1);
  private static final ConversationId DIRECT = ConversationId.direct(ANN, new UserId(2));
  private static final List<NodeEvent> EVENTS =
      List.of(
          new NodeEvent.Met(),
          new NodeEvent.Stored(
              new ChatMessage(
                  DIRECT, Long.MAX_VALUE, ANN, "ann", Instant.ofEpochMilli(1), "für Bob 🙂")),
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
        .hasMessage("version 2");
  }
}
