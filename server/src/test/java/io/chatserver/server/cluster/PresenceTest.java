package io.chatserver.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.server.session.SessionRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PresenceTest {
  /** Else somebody begins whom the others do not find yet, and nobody looks for what he missed. */
  @Test
  void waitsForAsLongAsRedisMayTakeToWriteARoute() {
    var routes = new FakeRoutes();
    var written = new CompletableFuture<Void>().completeOnTimeout(null, 1, TimeUnit.SECONDS);
    routes.settle(written);

    new Presence(new SessionRegistry(1, routes), routes).settle();

    assertThat(written).isDone();
  }
}
