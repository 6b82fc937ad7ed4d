package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.process.MariaDb;
import io.chatserver.bench.process.Redis;
import io.chatserver.bench.process.ServerProcess;
import io.chatserver.client.delivery.ChatSession;
import io.chatserver.client.delivery.Outgoing;
import io.chatserver.client.delivery.SendState;
import io.chatserver.client.delivery.SessionListener;
import io.chatserver.client.net.ChatConnector;
import io.chatserver.client.net.ConnectionSettings;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node of a cluster that is told to stop. */
class DrainIT {
  private static final Duration A_FEW_SECONDS = Duration.ofSeconds(20);

  @TempDir private static Path directory;
  private static MariaDb mariaDb;
  private static Redis redis;
  private static TestServer two;

  @BeforeAll
  static void start() {
    mariaDb = MariaDb.start(directory);
    mariaDb.createDatabase("chat");
    redis = Redis.start();
    two = node("two", "admin.port=" + AdminClient.freePort());
  }

  @AfterAll
  static void stop() {
    two.close();
    redis.close();
    mariaDb.close();
  }

  private static TestServer node(String name, String... more) {
    return TestServer.start(TestServer.nodeSettings(mariaDb, redis.url(), name, more));
  }

  /** Somebody with our client, who remembers what he saw. */
  private static final class Person implements SessionListener, AutoCloseable {
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final List<ConnectionState> states = new CopyOnWriteArrayList<>();
    private final ChatConnector connector = ChatConnector.nio(1);
    private final ChatSession session;

    Person(TestUser account, int port) {
      var state = directory.resolve("state of " + account.name());
      session = new ChatSession(connector, ConnectionSettings.of("127.0.0.1", port), state, this);
      session.connect().join();
      var who = new Command.Identity.ById(account.id());
      assertThat(session.logIn(who, account.password()).join()).isInstanceOf(Reply.LoggedIn.class);
    }

    @Override
    public void message(ChatMessage message) {
      texts.add(message.text());
    }

    @Override
    public void stateChanged(Outgoing message, SendState state) {}

    @Override
    public void stateChanged(ConnectionState state) {
      states.add(state);
    }

    List<String> stateNames() {
      return states.stream().map(state -> state.getClass().getSimpleName()).toList();
    }

    @Override
    public void close() {
      session.close();
      connector.close();
    }
  }

  private static Thread drain(TestServer node) {
    return Thread.ofVirtual().start(node::drain);
  }

  private static void awaitEnd(Thread drain) throws InterruptedException {
    assertThat(drain.join(A_FEW_SECONDS)).isTrue();
  }

  @Test
  void whoTalksIsServedElsewhereAndDoesNotNotice() throws InterruptedException {
    try (var one = node("one");
        var balancer = Balancer.over(one.port(), two.port());
        var aliceAccount = two.registered("alice");
        var bobAccount = two.registered("bob");
        var alice = new Person(aliceAccount, balancer.port());
        var bob = new Person(bobAccount, balancer.port())) {
      var conversation = ConversationId.direct(aliceAccount.id(), bobAccount.id());
      var said = new ArrayList<String>();
      for (int i = 0; i < 20; i++) {
        say(alice, conversation, said);
      }
      await().until(() -> !bob.texts.isEmpty());
      var drain = drain(one);
      while (drain.isAlive() || said.size() < 100) {
        say(alice, conversation, said);
        if (said.size() % 10 == 0) {
          await().until(() -> bob.texts.contains(said.getLast()));
        }
      }
      awaitEnd(drain);

      await().until(() -> bob.texts.size() >= said.size());
      assertThat(bob.texts).isEqualTo(said);
      for (var person : List.of(alice, bob)) {
        await().until(() -> person.stateNames().size() == 4);
        assertThat(person.stateNames())
            .containsExactly("Connected", "LoggedIn", "Moving", "LoggedIn");
        assertThat(person.session.request(new Command.ListFriends()).join())
            .isInstanceOf(Reply.Friends.class);
      }
    }
  }

  private static void say(Person person, ConversationId conversation, List<String> said) {
    var text = "text " + said.size();
    said.add(text);
    person.session.send(conversation, text);
  }

  /** Whoever asks for something and is sent away then: what was read is answered before. */
  @Test
  void whatWasTakenIsAcknowledgedBeforeTheLastWord() throws InterruptedException {
    int count = 500;
    try (var one = node("one", "limits.in_flight=16");
        var alice = one.loggedIn("alice");
        var bob = two.registered("bob")) {
      var rids = new ArrayList<Long>();
      alice.say(bob, "first");
      for (int i = 0; i < count; i++) {
        var id = new ClientMessageId("id-" + i);
        rids.add(alice.send(new Command.SendDirect(bob.id(), "text " + i, id)));
      }
      var drain = drain(one);
      var closing = (Push.Closing) alice.nextPush();
      assertThat(alice.nextLine()).isNull();
      awaitEnd(drain);

      assertThat(closing.reason()).isEqualTo(DisconnectReason.SHUTDOWN);
      assertThat(closing.reconnectAfter()).isNotNull();
      long answered = rids.stream().filter(rid -> alice.replyAtHand(rid) != null).count();
      bob.resume(Map.of());
      var conversation = ConversationId.direct(alice.id(), bob.id());
      var history = (Reply.History) bob.request(new Command.History(conversation, null, null, 1));
      assertThat(history.messages().getLast().seq()).isEqualTo(1 + answered);
    }
  }

  @Test
  void theOthersAndOperatorsSeeThatItGoes() throws InterruptedException {
    try (var one = node("one", "admin.port=" + AdminClient.freePort(), "drain.period=1h");
        var _ = one.legacyLoggedIn("carol")) {
      await().until(() -> two.admin().health().toString().contains("\"draining\":false"));
      var drain = drain(one);

      await().until(() -> one.admin().get("/ready").statusCode() == 503);
      assertThat(one.admin().health().path("status").asText()).isEqualTo("draining");
      assertThat(one.admin().get("/metrics").body()).contains("\nchat_draining 1.0\n");
      await()
          .until(() -> {
            var other = two.admin().health().path("nodes").path(0);
            return other.path("draining").asBoolean() && other.path("connections").asInt() == 1;
          });
      assertThatThrownBy(one::connect).isInstanceOf(UncheckedIOException.class);
      one.hurry();
      awaitEnd(drain);
      one.stop();

      await().until(() -> two.admin().health().path("nodes").isEmpty());
    }
  }

  @Test
  void aClientOfTheOriginalStaysUntilThePeriodEnds() throws InterruptedException {
    try (var one = node("one", "drain.period=3s");
        var carol = one.legacyLoggedIn("carol");
        var bob = one.loggedIn("bob");
        var alice = two.loggedIn("alice")) {
      alice.say(bob, "before");
      assertThat(bob.nextText()).isEqualTo("before");
      var drain = drain(one);
      assertThat(bob.awaitClosing()).isEqualTo(DisconnectReason.SHUTDOWN);
      alice.say(carol.userId(), "still there?");
      assertThat(carol.nextText()).isEqualTo("still there?");
      awaitEnd(drain);
      one.stop();

      assertThat(carol.isHungUpOn()).isTrue();
    }
  }

  @Test
  void aSecondSignalCutsItShort() {
    var settings = new HashMap<>(ServerProcess.on(mariaDb, "chat", directory));
    settings.put("relay.url", redis.url());
    settings.put("node.id", "process");
    settings.put("drain.period", "1h");
    try (var server = ServerProcess.start(settings);
        var carol = LegacyUser.connect(server.port(), LegacyUser.Numbering.A)) {
      carol.register("carol of a process");
      carol.logIn();
      var exitCode = CompletableFuture.supplyAsync(server::terminate);
      await().until(() -> !accepts(server.port()));
      ProcessHandle.of(server.pid()).orElseThrow().destroy();

      assertThat(exitCode.join()).isZero();
      assertThat(server.output()).contains("1 clients are left").endsWith(": stopped");
    }
  }

  private static boolean accepts(int port) {
    try (var user = TestUser.connect(port)) {
      return user.isServed();
    } catch (UncheckedIOException _) {
      return false;
    }
  }

  /** What kind of client it is nobody can tell before. */
  @Test
  void whoHadJustComeGoesAfterTheFirstRequest() throws InterruptedException {
    try (var one = node("one", "drain.period=1h");
        var late = one.connect();
        var next = one.connect()) {
      // Connections are accepted in their order.
      assertThat(next.isServed()).isTrue();
      var drain = drain(one);
      await().until(() -> !accepts(one.port()));

      late.register("late");
      assertThat(late.awaitClosing()).isEqualTo(DisconnectReason.SHUTDOWN);
      awaitEnd(drain);
    }
  }

  @Test
  void withNobodyThereItIsOverAtOnce() throws InterruptedException {
    try (var one = node("one", "drain.period=1h")) {
      awaitEnd(drain(one));
    }
  }

  @Test
  void aSingleNodeDoesNotWait() throws InterruptedException {
    try (var alone = TestServer.start("drain.period=1h");
        var _ = alone.legacyLoggedIn("carol")) {
      awaitEnd(drain(alone));
    }
  }
}
