package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** What an operator sees of a server. */
class AdminTest {
  @Test
  void tellsHowTheServerIs() {
    try (var server = TestServer.start("node.id=here", "admin.port=" + AdminClient.freePort());
        var alice = server.loggedIn("alice");
        var _ = server.secondDeviceOf(alice);
        var _ = server.connect()) {
      // The last one may wait to be accepted.
      await().until(() -> server.admin().health().path("connections").asInt() == 3);
      var health = server.admin().health();

      assertThat(health.path("status").asText()).isEqualTo("ok");
      assertThat(health.path("node").asText()).isEqualTo("here");
      assertThat(health.path("boot").asText()).matches("[0-9a-f]{8}");
      assertThat(health.path("version").asText()).isNotEmpty();
      assertThat(health.path("uptime_seconds").isIntegralNumber()).isTrue();
      assertThat(health.path("connections").asInt()).isEqualTo(3);
      assertThat(health.path("sessions").asInt()).isEqualTo(2);
      assertThat(health.path("database").asText()).isEqualTo("up");
      assertThat(health.path("redis").asText()).isEqualTo("none");
      assertThat(health.path("nodes").isEmpty()).isTrue();
      assertThat(server.admin().get("/ready").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void countsWhatItDoes() {
    try (var server = TestServer.start("admin.port=" + AdminClient.freePort());
        var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      for (int i = 0; i < 3; i++) {
        alice.say(bob, "text " + i);
        assertThat(bob.nextText()).isEqualTo("text " + i);
      }
      assertThat(alice.refusal(new Command.SendDirect(bob.id(), "")))
          .isEqualTo(ErrorCode.TEXT_EMPTY);

      var metrics = server.admin().get("/metrics").body();

      assertThat(metrics)
          .contains(
              "\nchat_connections 2.0\n",
              "\nchat_sessions 2.0\n",
              "\nchat_sessions_behind 0.0\n",
              "\nchat_degraded 0.0\n",
              "\nchat_draining 0.0\n",
              "\nchat_nodes 1.0\n",
              "\nchat_messages_stored_total 3.0\n",
              "\nchat_messages_delivered_total 3.0\n",
              "\nchat_commit_seconds_count 3\n",
              "\nchat_relay_publishes_total 0.0\n",
              "\nchat_sends_refused_total{error=\"text_empty\"} 1.0\n",
              "\nchat_sends_refused_total{error=\"busy\"} 0.0\n",
              "\nhikaricp_connections_active{pool=\"writers\"} ",
              "\njvm_memory_used_bytes{");
    }
  }

  @Test
  void answersNothingElse() {
    try (var server = TestServer.start("admin.port=" + AdminClient.freePort())) {
      assertThat(server.admin().get("/").statusCode()).isEqualTo(404);
      assertThat(server.admin().get("/healthy").statusCode()).isEqualTo(404);
      assertThat(server.admin().get("/ready/").statusCode()).isEqualTo(404);
      assertThat(server.admin().post("/health").statusCode()).isEqualTo(405);
      assertThat(server.admin().head("/health").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void saysThatItsPortIsTaken() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      assertThatThrownBy(() -> TestServer.start("admin.port=" + port))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + port + ": ");
    }
  }

  @Test
  void saysThatItsAddressIsUnknown() {
    assertThatThrownBy(() -> TestServer.start("admin.host=no-such-host.invalid", "admin.port=7000"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("admin.host names no address");
  }
}
