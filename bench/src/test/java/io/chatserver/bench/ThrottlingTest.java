package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ThrottlingTest {
  @Test
  void busyReplyWithATimeIsExplainedAsThrottling() {
    var reply = new Reply.Failed(ErrorCode.BUSY, "", Duration.ofSeconds(30));

    assertThat(Throttling.isRefusal(reply)).isTrue();
    assertThat(Throttling.explain(reply)).contains("throttle.exempt");
  }

  @Test
  void closingForTooManyConnectionsIsExplainedAsThrottling() {
    assertThat(Throttling.explain(DisconnectReason.TOO_MANY_CONNECTIONS))
        .contains("throttle.exempt");
  }

  @Test
  void otherFailuresStayAsTheyAre() {
    var name = new Reply.Failed(ErrorCode.NAME_TAKEN, "");

    assertThat(Throttling.isRefusal(name)).isFalse();
    assertThat(Throttling.explain(name)).isEqualTo(name.toString());
    assertThat(Throttling.explain(DisconnectReason.SHUTDOWN)).isEqualTo("SHUTDOWN");
    assertThat(Throttling.explain(new CompletionException(new BenchFailed("down"))))
        .endsWith("down");
  }
}
