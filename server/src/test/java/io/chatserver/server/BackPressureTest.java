package io.chatserver.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.Reply;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that say more than they hear, and clients that do not read. */
class BackPressureTest {
  private static final int MIB = 1024 * 1024;

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start("limits.in_flight=8");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Writes again and again, until nothing is taken any more or it is more than enough. */
  private static long writeUntilStuck(SocketChannel channel, String text) throws IOException {
    long written = 0;
    var bytes = ByteBuffer.wrap(text.repeat(8192 / text.length()).getBytes(US_ASCII));
    try (var selector = Selector.open()) {
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_WRITE);
      while (written < 64 * MIB && selector.select(500) > 0) {
        selector.selectedKeys().clear();
        if (!bytes.hasRemaining()) {
          bytes.rewind();
        }
        written += channel.write(bytes);
      }
    }
    return written;
  }

  private static SocketChannel connect() throws IOException {
    return SocketChannel.open(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
  }

  @Test
  void manyRequestsAtOnceAreAllAnswered() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      alice.say(bob, "first");
      var rids = new ArrayList<Long>();
      for (int i = 0; i < 2000; i++) {
        rids.add(
            alice.send(
                i % 10 == 0
                    ? new Command.ListFriends()
                    : new Command.SendDirect(bob.id(), "message " + i)));
      }

      assertThat(bob.nextText()).isEqualTo("first");
      for (int i = 0; i < 2000; i++) {
        var reply = alice.reply(rids.get(i));
        if (i % 10 == 0) {
          assertThat(reply).isInstanceOf(Reply.Friends.class);
        } else {
          assertThat(reply).isInstanceOf(Reply.Sent.class);
          assertThat(bob.nextText()).isEqualTo("message " + i);
        }
      }
    }
  }

  @Test
  void aClientThatAsksAndDoesNotReadIsNotReadFrom() throws IOException {
    try (var channel = connect()) {
      var asked = "{\"msgid\":12,\"rid\":1}\n";

      assertThat(writeUntilStuck(channel, asked)).isLessThan(64 * MIB);
      assertThat(usedByNetty()).isLessThan(16 * MIB);
    }
  }

  @Test
  void aCppClientThatAsksAndDoesNotReadIsNotReadFrom() throws IOException {
    try (var channel = connect()) {
      var refused = "{\"msgid\":4,\"name\":\"\",\"password\":\"x\"}\0";

      assertThat(writeUntilStuck(channel, refused)).isLessThan(64 * MIB);
      assertThat(usedByNetty()).isLessThan(16 * MIB);
    }
  }

  @Test
  void aSlowReaderCostsNoMemoryAndGetsEverythingOnceInOrder() {
    int count = 20_000;
    var filler = "x".repeat(1000);
    try (var alice = server.loggedIn("alice");
        var bob = server.registered("bob");
        var slow = TestUser.connect(server.port(), 4096)) {
      slow.actAs(bob);
      slow.logIn();
      alice.say(bob, "0");
      long before = usedByNetty();
      long peak = 0;
      for (int sent = 0; sent < count; sent += 500) {
        long lastRid = 0;
        for (int i = sent; i < sent + 500; i++) {
          lastRid = alice.send(new Command.SendDirect(bob.id(), i + filler));
        }
        assertThat(alice.reply(lastRid)).isInstanceOf(Reply.Sent.class);
        peak = Math.max(peak, usedByNetty() - before);
      }

      assertThat(peak).isLessThan(6 * MIB);
      assertThat(slow.nextText()).isEqualTo("0");
      for (int i = 0; i < count; i++) {
        var message = slow.nextMessage();
        assertThat(message.seq()).isEqualTo(i + 2);
        assertThat(message.text()).isEqualTo(i + filler);
      }
    }
  }

  private static long usedByNetty() {
    var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    return metric.usedDirectMemory() + metric.usedHeapMemory();
  }

  @Test
  void aClientThatDoesNotReadIsFreedWhenItIsSilent() {
    try (var impatient = TestServer.start("session.idle_timeout=1s");
        var alice = impatient.loggedIn("alice");
        var bob = impatient.registered("bob");
        var slow = TestUser.connect(impatient.port(), 4096)) {
      alice.befriend(bob);
      slow.actAs(bob);
      slow.logIn();
      for (int i = 0; i < 100; i++) {
        alice.send(new Command.SendDirect(bob.id(), "x".repeat(16_000)));
      }
      assertThat(alice.sees(bob)).isTrue();

      await().atMost(Duration.ofSeconds(20)).until(() -> !alice.sees(bob));
    }
  }

  @Test
  void aClientThatDoesNotReadAndIsResetIsFreed() {
    try (var alice = server.loggedIn("alice");
        var bob = server.registered("bob");
        var slow = TestUser.connect(server.port(), 4096)) {
      alice.befriend(bob);
      slow.actAs(bob);
      slow.logIn();
      for (int i = 0; i < 400; i++) {
        alice.send(new Command.SendDirect(bob.id(), "x".repeat(16_000)));
      }
      slow.reset();

      await().until(() -> !alice.sees(bob));
    }
  }
}
