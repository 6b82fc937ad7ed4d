package io.chatserver.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.bench.process.ServerProcess;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.Push;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is more than the server's memory: it has a heap of 96 MiB here, ends where that is not
 * enough, and is to use no more than {@link #BOUND} with all that a JVM needs besides. Meanwhile
 * two others are served.
 */
class FlatMemoryIT {
  private static final Path LAUNCHER = Path.of("../bin/server").toAbsolutePath().normalize();
  private static final int MIB = 1024 * 1024;
  private static final long BOUND = 256L * MIB;
  private static final int FLOODS = 50;

  @TempDir private static Path directory;
  private static ServerProcess server;
  private static TestUser carol;
  private static TestUser dave;
  private static int exchanged;
  private static long longest;
  private static long peak;

  @BeforeAll
  static void start() throws IOException {
    var launcher = directory.resolve("server-with-little-memory");
    Files.writeString(launcher, "#!/bin/sh\nJAVA_OPTS=-Xmx96m exec '" + LAUNCHER + "' \"$@\"\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    var settings = new HashMap<>(ServerProcess.embedded(directory.resolve("data")));
    // Slow with little memory: what waits behind a login waits for a while.
    settings.put("account.hash_memory_kib", "2048");
    settings.put("account.hash_iterations", "20");
    settings.put("legacy.spacing", "1ms");
    // On a slow machine a receiver waits for minutes in silence.
    settings.put("session.idle_timeout", "1h");
    server = ServerProcess.start(launcher, settings);
    carol = TestUser.loggedIn(server.port(), "carol");
    dave = TestUser.loggedIn(server.port(), "dave");
  }

  @AfterAll
  static void stop() {
    carol.close();
    dave.close();
    server.close();
  }

  @AfterEach
  void check(TestReporter report) {
    othersGoOn();
    report.publishEntry("most memory in MiB", Long.toString(peak / MIB));
    report.publishEntry("exchanged meanwhile", Integer.toString(exchanged));
    report.publishEntry("longest exchange in ms", Long.toString(longest / 1_000_000));
    assertThat(peak).isLessThan(BOUND);
    assertThat(server.output()).doesNotContain("Exception").doesNotContain("\tat ");
  }

  private static void othersGoOn() {
    exchanged++;
    long start = System.nanoTime();
    carol.say(dave, "hello " + exchanged);
    assertThat(dave.nextText()).isEqualTo("hello " + exchanged);
    longest = Math.max(longest, System.nanoTime() - start);
    noteMemory();
  }

  private static void noteMemory() {
    peak = Math.max(peak, server.usage().anonymousBytes());
  }

  /** Says so many things, some at a time, between which the others are served. */
  private static void say(
      TestUser from, TestUser to, int count, int atATime, Function<Integer, String> text) {
    long rid = 0;
    for (int i = 1; i <= count; i++) {
      rid = from.send(new Command.SendDirect(to.id(), text.apply(i)));
      if (i % atATime == 0) {
        from.reply(rid);
        othersGoOn();
      }
    }
  }

  @Test
  void aClientThatDoesNotReadGetsTwoHundredMegabytesWhenItReads() {
    int count = 12_500;
    var filler = "x".repeat(16_000);
    try (var alice = TestUser.loggedIn(server.port(), "alice");
        var bob = TestUser.registered(server.port(), "bob")) {
      bob.resume(Map.of());
      say(alice, bob, count, 100, i -> i + filler);

      long seq = 0;
      while (seq < count) {
        for (var message : bob.nextMessages()) {
          assertThat(message.seq()).isEqualTo(++seq);
          assertThat(message.text()).isEqualTo(seq + filler);
        }
        noteMemory();
      }
      alice.say(bob, "live");
      assertThat(bob.nextText()).isEqualTo("live");
    }
  }

  @Test
  void tenThousandMessagesOfBacklogComeInPagesAndThenWhatIsSaid() {
    int count = 10_000;
    try (var alice = TestUser.loggedIn(server.port(), "alice");
        var bob = TestUser.registered(server.port(), "bob")) {
      say(alice, bob, count, 250, i -> "message " + i);

      bob.resume(Map.of());
      long seq = 0;
      while (seq < count) {
        var page = bob.nextPage();
        assertThat(page.messages()).hasSizeBetween(1, 64);
        for (var message : page.messages()) {
          assertThat(message.seq()).isEqualTo(++seq);
          assertThat(message.text()).isEqualTo("message " + seq);
        }
        noteMemory();
      }
      alice.say(bob, "live");
      assertThat(bob.nextPush())
          .isInstanceOfSatisfying(
              Push.MessageReceived.class,
              push -> assertThat(push.message().seq()).isEqualTo(count + 1));
    }
  }

  @Test
  void aCppClientGetsItsBacklogAndThenWhatIsSaid() {
    int count = 500;
    try (var alice = TestUser.loggedIn(server.port(), "alice");
        var bob = TestUser.registered(server.port(), "bob");
        var legacy = LegacyUser.connect(server.port(), LegacyUser.Numbering.A)) {
      say(alice, bob, count, 250, i -> "message " + i);

      legacy.actAs(bob.id().value(), bob.name());
      var texts = new ArrayList<String>();
      legacy
          .logIn()
          .path("offlinemsg")
          .forEach(each -> texts.add(LegacyUser.parseString(each).get("msg").textValue()));
      while (texts.size() < count) {
        texts.add(legacy.nextText());
      }
      assertThat(texts)
          .isEqualTo(IntStream.rangeClosed(1, count).mapToObj(i -> "message " + i).toList());
      alice.say(bob, "live");
      assertThat(legacy.nextText()).isEqualTo("live");
    }
  }

  @Test
  void manyClientsThatSendAndDoNotRead() {
    var alice = TestUser.registered(server.port(), "alice");
    var login = new String(alice.encoded(alice.loginCommand()), US_ASCII);
    var text = "{\"msgid\":6,\"rid\":2,\"toid\":" + alice.id().value() + ",\"msg\":\"";
    alice.close();

    flood(login, text + "x".repeat(16_000) + "\"}\n", 2 * MIB);
  }

  @Test
  void manyStrangersThatAskForMoreThanTheyGet() {
    var cursors =
        IntStream.range(100_000, 101_000)
            .mapToObj(group -> "\"g" + group + "\":1")
            .collect(Collectors.joining(",", "{", "}"));
    var login = "{\"msgid\":1,\"rid\":1,\"id\":1,\"password\":\"?\",\"ack\":true,\"cursors\":";

    flood("", login + cursors + "}\n", 4 * MIB);
  }

  @Test
  void manyUsersWhoseSendsWaitBehindSomethingSlow() {
    var alice = TestUser.registered(server.port(), "alice");
    var login = new String(alice.encoded(alice.loginCommand()), US_ASCII);
    var register = "{\"msgid\":4,\"rid\":2,\"name\":\"alice2\",\"password\":\"long enough\"}\n";
    var text = "{\"msgid\":6,\"rid\":2,\"toid\":1,\"msg\":\"" + "x".repeat(60_000) + "\"}\n";
    alice.close();

    flood(login, register + text.repeat(20), 4 * MIB);
  }

  /**
   * Many clients say one thing, hear the answer, then say another again and again, as much as is
   * taken of them up to so many bytes, and read nothing.
   */
  private static void flood(String first, String again, int most) {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var floods = new ArrayList<SocketChannel>();
      var writing = new ArrayList<CompletableFuture<Void>>();
      try {
        for (int i = 0; i < FLOODS; i++) {
          var channel = connectToNeverRead();
          floods.add(channel);
          writing.add(
              CompletableFuture.runAsync(() -> pour(channel, first, again, most), executor));
        }
        while (!CompletableFuture.allOf(writing.toArray(CompletableFuture[]::new)).isDone()) {
          othersGoOn();
        }
      } finally {
        closeAll(floods);
      }
    }
  }

  private static SocketChannel connectToNeverRead() {
    try {
      var channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      channel.connect(server.address());
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pour(SocketChannel channel, String first, String again, int most) {
    try (var selector = Selector.open()) {
      if (!first.isEmpty()) {
        channel.write(ByteBuffer.wrap(first.getBytes(US_ASCII)));
        channel.read(ByteBuffer.allocate(4096));
      }
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_WRITE);
      var bytes = ByteBuffer.wrap(again.getBytes(US_ASCII));
      for (int written = 0; written < most && selector.select(2000) > 0; ) {
        selector.selectedKeys().clear();
        if (!bytes.hasRemaining()) {
          bytes.rewind();
        }
        written += channel.write(bytes);
      }
    } catch (IOException _) {
      // Sent away.
    }
  }

  private static void closeAll(List<SocketChannel> channels) {
    try {
      for (var channel : channels) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
