package io.chatserver.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.chatserver.protocol.Command;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What a load balancer says of its clients. */
class ProxyProtocolTest {
  private static final String TRUSTED = "listen.proxy_from=10.0.0.0/8, 127.0.0.1";
  private static final String ONE_LOOP = "listen.threads=1";
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final byte[] VERSION_1 =
      "PROXY TCP4 203.0.113.7 203.0.113.1 40000 8000\r\n".getBytes(US_ASCII);
  private static final byte[] VERSION_2 = bytes("21", "11", "000c", "cb007107cb007101", "9c401f40");
  private static final byte[] LOCAL = bytes("20", "00", "0000");

  private static byte[] bytes(String... hex) {
    return HexFormat.of().parseHex(SIGNATURE + String.join("", hex));
  }

  /** Remembers who has gone, by the address that the server knows. */
  private static final class Departures extends AppenderBase<ILoggingEvent>
      implements AutoCloseable {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger logger =
        (Logger) LoggerFactory.getLogger("io.chatserver.server.transport.ConnectionHandler");

    Departures() {
      start();
      logger.setLevel(Level.DEBUG);
      logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getFormattedMessage());
    }

    void awaitFrom(String address) {
      await()
          .until(() ->
              lines.stream().anyMatch(line -> line.contains(" from /" + address + ":"))
                  && lines.stream().allMatch(line -> line.contains(" from /" + address + ":")));
    }

    @Override
    public void close() {
      logger.setLevel(null);
      logger.detachAppender(this);
    }
  }

  static Stream<Arguments> headers() {
    return Stream.of(
        Arguments.argumentSet("version 1", VERSION_1, "203.0.113.7"),
        Arguments.argumentSet("version 2", VERSION_2, "203.0.113.7"),
        Arguments.argumentSet(
            "version 1, TCP 6",
            "PROXY TCP6 2001:db8::7 2001:db8::1 40000 8000\r\n".getBytes(US_ASCII),
            "[2001:db8:0:0:0:0:0:7]"),
        Arguments.argumentSet(
            "version 1, unknown ports",
            "PROXY TCP4 203.0.113.7 203.0.113.1 0 0\r\n".getBytes(US_ASCII),
            "203.0.113.7"),
        Arguments.argumentSet(
            "version 2, unknown ports",
            bytes("21", "11", "000c", "cb007107cb007101", "00000000"),
            "203.0.113.7"),
        Arguments.argumentSet(
            "unknown, with more",
            "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n".getBytes(US_ASCII),
            "127.0.0.1"),
        Arguments.argumentSet("a health check", LOCAL, "127.0.0.1"),
        Arguments.argumentSet("unknown", "PROXY UNKNOWN\r\n".getBytes(US_ASCII), "127.0.0.1"),
        Arguments.argumentSet(
            "from a socket of its machine",
            bytes("21", "31", "00d8", "2f61", "00".repeat(214)),
            "127.0.0.1"));
  }

  /**
   * With one event loop, what was written before a question to it was read before the answer came.
   */
  @ParameterizedTest
  @MethodSource("headers")
  void aHeaderNamesTheClientHoweverItIsSplit(byte[] header, String address) {
    try (var departures = new Departures();
        var server = TestServer.start(TRUSTED, ONE_LOOP)) {
      try (var other = server.connect()) {
        other.write(header);
        for (int split = 0; split <= header.length + 5; split++) {
          try (var client = server.connect()) {
            var ping = client.encoded(new Command.Ping());
            var all = Arrays.copyOf(header, header.length + ping.length);
            System.arraycopy(ping, 0, all, header.length, ping.length);
            client.write(Arrays.copyOf(all, split));
            assertThat(other.isServed()).isTrue();
            client.write(Arrays.copyOfRange(all, split, all.length));
            client.reply(1);
          }
        }
        departures.awaitFrom(address);
      }
    }
  }

  @Test
  void usersTalkThroughABalancer() {
    try (var server = TestServer.start(TRUSTED);
        var alice = server.connect();
        var bob = server.connect()) {
      alice.write(VERSION_1);
      bob.write(VERSION_2);
      alice.register("alice");
      bob.register("bob");
      alice.logIn();
      bob.logIn();
      alice.say(bob, "hello");

      assertThat(bob.nextText()).isEqualTo("hello");
    }
  }

  static Stream<Arguments> noHeaders() {
    return Stream.of(
        Arguments.argumentSet("a request", "{\"msgid\":12,\"rid\":1}\n".getBytes(US_ASCII)),
        Arguments.argumentSet("no addresses", "PROXY TCP4 x y z\r\n".getBytes(US_ASCII)),
        Arguments.argumentSet("a name", "PROXY TCP4 a.b 1.2.3.4 1 2\r\n".getBytes(US_ASCII)),
        Arguments.argumentSet(
            "a port too high", "PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n".getBytes(US_ASCII)),
        Arguments.argumentSet("no protocol", "PROXY UNKNOWNS\r\n".getBytes(US_ASCII)),
        Arguments.argumentSet("no end", ("PROXY TCP4 " + "1".repeat(200)).getBytes(US_ASCII)),
        Arguments.argumentSet("version 3", bytes("31", "11", "000c", "00".repeat(12))),
        Arguments.argumentSet("no command", bytes("2f", "11", "000c", "00".repeat(12))),
        Arguments.argumentSet("too short for addresses", bytes("21", "11", "0002", "0000")),
        Arguments.argumentSet("TLS", new byte[] {22, 3, 1, 2, 0, 1, 0, 1, -4, 3, 3, 0, 0, 0}));
  }

  @ParameterizedTest
  @MethodSource("noHeaders")
  void whoBeginsOtherwiseIsHungUpOn(byte[] bytes) {
    try (var server = TestServer.start(TRUSTED);
        var client = server.connect()) {
      client.write(bytes);

      assertThat(client.nextLine()).isNull();
    }
  }

  @Test
  void whoDoesNotBeginIsHungUpOn() {
    try (var server = TestServer.start(TRUSTED, "listen.proxy_timeout=100ms");
        var silent = server.connect();
        var slow = server.connect()) {
      slow.write("PROXY TCP4 203.0");

      assertThat(silent.nextLine()).isNull();
      assertThat(slow.nextLine()).isNull();
    }
  }

  static Stream<Arguments> checks() {
    return Stream.of(
        Arguments.argumentSet("nothing", new byte[0]),
        Arguments.argumentSet("half of version 1", Arrays.copyOf(VERSION_1, 14)),
        Arguments.argumentSet("half of version 2", Arrays.copyOf(VERSION_2, 20)),
        Arguments.argumentSet("version 1", VERSION_1),
        Arguments.argumentSet("version 2", VERSION_2),
        Arguments.argumentSet("a health check", LOCAL));
  }

  /** It connects, and closes its half or all: the connection is gone at once. */
  @ParameterizedTest
  @MethodSource("checks")
  @SuppressWarnings("try") // To close is a step of the test.
  void aCheckOfTheBalancerLeavesNothingBehind(byte[] begin) {
    var settings = "admin.port=" + AdminClient.freePort();
    try (var server = TestServer.start(TRUSTED, "listen.proxy_timeout=1m", settings);
        var half = server.connect();
        var whole = server.connect();
        var reset = server.connect()) {
      for (var each : List.of(half, whole, reset)) {
        each.write(begin);
      }
      half.endOutput();
      whole.close();
      reset.reset();

      assertThat(half.nextLine()).isNull();
      await().until(() -> server.admin().health().path("connections").asInt() == 0);
    }
  }

  @Test
  void whoHasBegunButDoesNotLogInIsHungUpOnAllTheSame() {
    try (var server = TestServer.start(TRUSTED, "session.login_timeout=1s");
        var client = server.connect()) {
      client.write(VERSION_1);
      assertThat(client.isServed()).isTrue();
      assertThat(client.awaitClosing().number()).isEqualTo(3002);
    }
  }

  @Test
  void fromElsewhereAHeaderIsNonsense() {
    for (var settings : List.of("listen.proxy_from=10.0.0.0/8,::1", "listen.proxy_from=")) {
      try (var departures = new Departures();
          var server = TestServer.start(settings)) {
        try (var client = server.connect()) {
          client.write(new String(VERSION_1, ISO_8859_1));
          assertThat(client.nextLine()).contains("\"errno\":");
          assertThat(client.isServed()).isTrue();
        }
        departures.awaitFrom("127.0.0.1");
      }
    }
  }
}
