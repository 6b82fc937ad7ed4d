package io.chatserver.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.process.LocalMachine;
import io.chatserver.bench.process.TestAuthority;
import io.chatserver.client.net.ChatConnection;
import io.chatserver.client.net.ChatConnector;
import io.chatserver.client.net.ConnectionListener;
import io.chatserver.client.net.ConnectionSettings;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.Push;
import io.chatserver.tls.ClientTls;
import io.chatserver.tls.PemException;
import io.chatserver.tls.TlsException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS on the server itself, with our client and with plain sockets. */
class TlsTest {
  private static final String NOT_PLAIN = "listen.plain=off";

  @TempDir private static Path directory;
  private static TestAuthority authority;
  private static TestAuthority.Signed signed;
  private static ClientTls trust;

  @BeforeAll
  static void makeCertificates() throws PemException {
    authority = TestAuthority.create(directory.resolve("authority"));
    signed = authority.forThisMachine("server");
    trust = ClientTls.trusting(authority.certificate());
  }

  private static TestServer start(TestAuthority.Signed identity, String... more) {
    var settings = new ArrayList<>(List.of(more));
    settings.add("listen.tls_certificate=" + identity.certificate());
    settings.add("listen.tls_key=" + identity.key());
    return TestServer.start(settings.toArray(String[]::new));
  }

  private static int freePort() {
    return LocalMachine.freeAddress().getPort();
  }

  private static TestUser loggedIn(TestServer server, String name) {
    var user = TestUser.connectTls(server.tlsPort(), trust);
    user.register(TestUser.unique(name));
    user.logIn();
    return user;
  }

  @Test
  void usersOfBothPortsTalk() {
    try (var server = start(signed, "listen.tls_port=" + freePort());
        var alice = loggedIn(server, "alice");
        var bob = server.loggedIn("bob")) {
      alice.say(bob, "hello");
      bob.say(alice, "hi");

      assertThat(bob.nextText()).isEqualTo("hello");
      assertThat(alice.nextText()).isEqualTo("hi");
    }
  }

  /** The same bytes of memory go to all of them, and each connection encrypts them. */
  @Test
  void aGroupReceivesWhatWasSaidUnchanged() {
    try (var server = start(signed, NOT_PLAIN);
        var speaker = loggedIn(server, "speaker")) {
      var group = speaker.createGroup(TestUser.unique("group"));
      var listeners = new ArrayList<TestUser>();
      for (int i = 0; i < 8; i++) {
        var listener = loggedIn(server, "listener");
        listener.join(group);
        listeners.add(listener);
      }
      for (int i = 0; i < 50; i++) {
        speaker.send(new Command.SendGroup(group, "text " + i));
      }

      for (var listener : listeners) {
        for (int i = 0; i < 50; i++) {
          assertThat(listener.nextText()).isEqualTo("text " + i);
        }
        listener.close();
      }
    }
  }

  @Test
  void aClientReadsToTheLastWordWhileItStillAsks() {
    try (var server = start(signed, NOT_PLAIN);
        var alice = loggedIn(server, "alice")) {
      for (int i = 0; i < 1000; i++) {
        alice.send(new Command.Ping());
      }
      server.stop();

      assertThat(alice.awaitClosing()).isEqualTo(DisconnectReason.SHUTDOWN);
    }
  }

  @Test
  void aClientThatDoesNotReadIsNotReadFromAndLosesNothing() {
    try (var server = start(signed, NOT_PLAIN);
        var alice = loggedIn(server, "alice");
        var bob = loggedIn(server, "bob")) {
      int messages = 300;
      for (int i = 0; i < messages; i++) {
        alice.say(bob, "x".repeat(4000) + i);
      }

      for (int received = 0; received < messages; received++) {
        assertThat(bob.nextText()).endsWith("x" + received);
      }
    }
  }

  @Test
  void aProxyHeaderComesBeforeTheHandshake() {
    var header = "PROXY TCP4 203.0.113.7 203.0.113.1 40000 8000\r\n".getBytes(US_ASCII);
    try (var server = start(signed, NOT_PLAIN, "listen.proxy_from=127.0.0.1");
        var user = TestUser.connectTls(server.tlsPort(), trust, header)) {
      assertThat(user.isServed()).isTrue();
    }
  }

  @Test
  void ourClientSaysInWordsWhatIsWrongWithACertificate() throws Exception {
    var expired = authority.sign("expired", "DNS:localhost", -1);
    var otherName = authority.sign("other", "DNS:chat.example.org,IP:192.0.2.1", 10);
    var own = authority.selfSigned("own", "DNS:localhost");

    assertThat(failure(expired, "localhost", trust)).contains("certificate expired on 20");
    assertThat(failure(otherName, "localhost", trust))
        .isEqualTo(
            "the server's certificate is for chat.example.org, 192.0.2.1, not for localhost");
    assertThat(failure(own, "localhost", trust)).contains("signed by itself");
    assertThat(failure(signed, "localhost", ClientTls.trusting(own.certificate())))
        .contains("unknown authority: \"CN=chatserver test authority\"");
    assertThat(failure(signed, "localhost", ClientTls.trusting(null)))
        .contains("authorities of the JDK");
  }

  @Test
  void anAddressIsAmongTheNamesOfACertificateOrRefused() {
    var byAddress = authority.sign("address", "IP:127.0.0.1", 10);

    assertThat(failure(byAddress, "127.0.0.1", trust)).isNull();
    assertThat(failure(byAddress, "localhost", trust)).contains("is for 127.0.0.1, not for");
  }

  @Test
  void ourClientSaysThatAPlainServerSpeaksNoTls() {
    try (var server = TestServer.start()) {
      assertThat(failure(server.port(), "localhost", trust)).contains("does not speak TLS");
    }
  }

  @Test
  void ourPlainClientIsToldToSpeakTls() throws InterruptedException {
    BlockingQueue<ConnectionState> states = new LinkedBlockingQueue<>();
    try (var server = start(signed, NOT_PLAIN);
        var connector = ChatConnector.nio(1);
        var connection =
            connector.create(
                ConnectionSettings.of("127.0.0.1", server.tlsPort()), listener(states))) {
      connection.connect().join();
      var _ = connection.send(new Command.Ping());

      assertThat(states.poll(20, TimeUnit.SECONDS)).isInstanceOf(ConnectionState.Connected.class);
      assertThat(states.poll(20, TimeUnit.SECONDS))
          .isEqualTo(new ConnectionState.Lost("the server speaks TLS on this port: use --tls"));
    }
  }

  private static @Nullable String failure(
      TestAuthority.Signed identity, String host, ClientTls tls) {
    try (var server = start(identity, NOT_PLAIN)) {
      return failure(server.tlsPort(), host, tls);
    }
  }

  /** Why a client cannot connect; null where it can. */
  private static @Nullable String failure(int port, String host, ClientTls tls) {
    try (var connector = ChatConnector.nio(1);
        ChatConnection connection =
            connector.create(
                ConnectionSettings.of(host, port).with(tls),
                listener(new LinkedBlockingQueue<>()))) {
      return connection
          .connect()
          .handle((_, failure) -> {
            if (failure != null) {
              assertThat(failure).isInstanceOf(TlsException.class);
            }
            return failure == null ? null : failure.getMessage();
          })
          .join();
    }
  }

  private static ConnectionListener listener(BlockingQueue<ConnectionState> states) {
    return new ConnectionListener() {
      @Override
      public void pushed(Push push) {}

      @Override
      public void stateChanged(ConnectionState state) {
        states.add(state);
      }
    };
  }

  @Test
  void aNewCertificateIsTakenUpByItselfAndCutsNobodyOff() throws IOException {
    var identity = authority.sign("changing", "DNS:first.example.org", 10);
    try (var server = start(identity, NOT_PLAIN)) {
      assertThat(failure(server.tlsPort(), "localhost", trust)).contains("first.example.org");
      var _ = authority.sign("changing", "DNS:localhost", 10);
      await().until(() -> failure(server.tlsPort(), "localhost", trust) == null);
      try (var alice = loggedIn(server, "alice")) {
        // A certificate without its key: what is there stays.
        Files.copy(
            signed.certificate(), identity.certificate(), StandardCopyOption.REPLACE_EXISTING);
        server.reloadCertificate();
        assertThat(failure(server.tlsPort(), "localhost", trust)).isNull();
        // One that has expired: the same.
        var _ = authority.sign("changing", "DNS:expired.example.org", -1);
        server.reloadCertificate();
        assertThat(failure(server.tlsPort(), "localhost", trust)).isNull();
        var _ = authority.sign("changing", "DNS:second.example.org", 10);
        server.reloadCertificate();

        assertThat(failure(server.tlsPort(), "localhost", trust)).contains("second.example.org");
        assertThat(alice.isServed()).isTrue();
      }
    }
  }

  @Test
  void plainConnectionsAreAcceptedWhereTheSettingSays() {
    try (var server =
        start(
            signed,
            "listen.host=0.0.0.0",
            "listen.plain=loopback",
            "listen.tls_port=" + freePort())) {
      try (var user = server.connect()) {
        assertThat(user.isServed()).isTrue();
      }
      assertThat(failure("127.0.0.2", server.port())).isInstanceOf(ConnectException.class);
      assertThat(failure("127.0.0.2", server.tlsPort())).isNull();
    }
  }

  private static @Nullable Exception failure(String host, int port) {
    try (var _ = new Socket(host, port)) {
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  @Test
  void metricsTellOfHandshakesAndOfTheCertificate() {
    int adminPort = freePort();
    try (var server = start(signed, NOT_PLAIN, "admin.port=" + adminPort);
        var user = TestUser.connectTls(server.tlsPort(), trust);
        var stranger = server.connect()) {
      assertThat(user.isServed()).isTrue();
      stranger.write("{\"msgid\":12}\n");
      assertThat(stranger.nextLine()).as("an alert").startsWith("\u0015\u0003");
      assertThat(stranger.nextLine()).isNull();
      var metrics = server.admin().get("/metrics").body();

      assertThat(metrics)
          .contains("chat_tls_handshakes_total{result=\"done\"} 1.0")
          .contains("chat_tls_handshakes_total{result=\"failed\"} 1.0")
          .containsPattern("chat_tls_certificate_left_seconds 3\\.\\d+E7");
    }
  }
}
