package io.chatserver.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
  @Test
  void readsWhatItShowsAndPassesOverTheRest() throws IOException {
    var health =
        NodeHealth.parse(
            """
            {"status":"degraded","nodes":[{"connections":99}],"connections":12,
             "messages_per_second":340}
            """);

    assertThat(health).isEqualTo(new NodeHealth("degraded", 12, 340));
    assertThat(health).hasToString("degraded       12 connections     340 messages/s");
  }

  @Test
  void aGoodOneIsUp() throws IOException {
    assertThat(NodeHealth.parse("{\"status\":\"ok\"}").status()).isEqualTo("up");
  }

  @Test
  void refusesWhatIsNoObject() {
    assertThatThrownBy(() -> NodeHealth.parse("[]")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> NodeHealth.parse("not found")).isInstanceOf(IOException.class);
  }
}
