package io.chatserver.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.server.config.ConfigException;
import io.chatserver.server.config.ConfigLoader;
import io.chatserver.server.memory.TestBudget;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptPauseTest {
  @Test
  void whereAcceptingFailsItIsTriedAgainInAMoment() throws ConfigException {
    var doors = new Doors(ConfigLoader.load(null, Map.of(), Map.of()), TestBudget.large());
    var listener = new EmbeddedChannel(new AcceptPause(doors));
    listener.freezeTime();

    listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
    assertThat(listener.config().isAutoRead()).isFalse();

    listener.advanceTimeBy(100, TimeUnit.MILLISECONDS);
    listener.runScheduledPendingTasks();
    assertThat(listener.config().isAutoRead()).isTrue();
    listener.checkException();
  }

  @Test
  void thereAreNoMoreConnectionsThanTheSystemHasFilesFor() {
    assertThat(Doors.maxConnections(16_000, 20_000)).isEqualTo(16_000);
    assertThat(Doors.maxConnections(16_000, 4_096)).isEqualTo(3_840);
    assertThat(Doors.maxConnections(16_000, 100)).isEqualTo(50);
  }
}
