package io.chatserver.server.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import io.chatserver.server.account.AccountChangeStore;
import io.chatserver.server.account.AccountChanges;
import io.chatserver.server.account.AccountRules;
import io.chatserver.server.account.AccountService;
import io.chatserver.server.account.AccountStore;
import io.chatserver.server.account.Admission;
import io.chatserver.server.account.Applicant;
import io.chatserver.server.account.LoginMeter;
import io.chatserver.server.account.LoginThrottle;
import io.chatserver.server.account.PasswordHasher;
import io.chatserver.server.account.RegistrationThrottle;
import io.chatserver.server.account.TokenService;
import io.chatserver.server.account.TokenStore;
import io.chatserver.server.cluster.FakeRoutes;
import io.chatserver.server.cluster.InMemoryNodeBus;
import io.chatserver.server.cluster.Presence;
import io.chatserver.server.cluster.Relay;
import io.chatserver.server.config.ConfigException;
import io.chatserver.server.config.ConfigLoader;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.config.ServerConfig.SecondLogin;
import io.chatserver.server.config.TestConfig;
import io.chatserver.server.delivery.HistoryService;
import io.chatserver.server.delivery.MessageService;
import io.chatserver.server.delivery.Receipts;
import io.chatserver.server.delivery.Replacements;
import io.chatserver.server.delivery.Revocations;
import io.chatserver.server.delivery.Router;
import io.chatserver.server.delivery.Send;
import io.chatserver.server.fault.Refusals;
import io.chatserver.server.friend.FriendService;
import io.chatserver.server.friend.FriendStore;
import io.chatserver.server.group.GroupService;
import io.chatserver.server.group.GroupStore;
import io.chatserver.server.memory.MemoryBudget;
import io.chatserver.server.memory.TestBudget;
import io.chatserver.server.message.Cursor;
import io.chatserver.server.message.Cursors;
import io.chatserver.server.message.MemberStore;
import io.chatserver.server.message.MessageLog;
import io.chatserver.server.message.MessageStore;
import io.chatserver.server.session.FeedSource;
import io.chatserver.server.session.LoopConnection;
import io.chatserver.server.session.RecordingConnection;
import io.chatserver.server.session.SessionRegistry;
import io.chatserver.server.storage.Database;
import java.net.InetAddress;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins whose connection goes at a bad moment: the tasks of its event loop are the test's. */
class LoginServiceTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.1");

  private static final Rates RATES = new Rates(TestConfig.with(Map.of()).throttle());

  private final InMemoryNodeBus nodes = new InMemoryNodeBus();
  private final SessionRegistry registry = new SessionRegistry(100, nodes);
  private final FakeRoutes routes = new FakeRoutes();
  private final Presence presence = new Presence(registry, routes);
  private final Relay relay = new Relay(nodes, nodes);
  private final Refusals refusals = new Refusals();
  private final RecordingConnection connection = new RecordingConnection();
  private final MemoryBudget budget = TestBudget.large();
  private final PageRequests pages = new PageRequests(new PageTurns(), budget, Runnable::run);
  private Path databaseFile;
  private Database database;
  private Cursors cursors;
  private FeedSource source;
  private PasswordHasher hasher;
  private AccountService accounts;
  private TokenService tokens;
  private AccountChanges changes;
  private GroupService groups;
  private LoginService logins;
  private MessageLog<Send> log;
  private Admission admission;
  private ChatService chat;
  private Caller caller;
  private final AtomicLong nanoTime = new AtomicLong();
  private UserId alice;
  private UserId bob;

  @BeforeEach
  void open(@TempDir Path directory) throws ConfigException {
    var config = config(directory);
    databaseFile = directory.resolve("chat.db");
    database = Database.open(config.storage());
    cursors = new Cursors(new MemberStore(database), new Receipts(registry, relay));
    source =
        new FeedSource(new MessageStore(database), new MemberStore(database), cursors, budget, 1);
    hasher = new PasswordHasher(config.account());
    var changeStore = new AccountChangeStore(database);
    accounts =
        new AccountService(
            new AccountStore(database),
            changeStore,
            hasher,
            new AccountRules(config.account()),
            CLOCK);
    var meter = new LoginMeter();
    var throttle = config.throttle();
    admission =
        new Admission(
            accounts,
            new LoginThrottle(throttle, meter, nanoTime::get),
            new RegistrationThrottle(throttle, meter, System::nanoTime),
            meter,
            throttle);
    tokens = new TokenService(new TokenStore(database), changeStore, CLOCK, config.session());
    changes = new AccountChanges(changeStore, new Revocations(registry));
    var friends = new FriendService(new FriendStore(database), accounts, presence, CLOCK, 10);
    log =
        new MessageLog<>(
            new MessageStore(database),
            new Router(registry, relay, refusals),
            CLOCK,
            config.log(),
            1);
    groups =
        new GroupService(
            new GroupStore(database, new MessageStore(database)),
            registry,
            presence,
            relay,
            log,
            CLOCK,
            10);
    logins =
        new LoginService(
            admission,
            tokens,
            changes,
            friends,
            groups,
            registry,
            presence,
            new Replacements(registry, relay, database, SecondLogin.ALLOW),
            source,
            SecondLogin.ALLOW,
            "1.0");
    var messages = new MessageService(log, accounts, groups, 100);
    var history = new HistoryService(new MessageStore(database), new MemberStore(database));
    var accountCommands = new AccountCommands(accounts, admission, tokens, changes);
    chat =
        new ChatService(
            admission,
            accounts,
            accountCommands,
            logins,
            friends,
            groups,
            messages,
            history,
            CLOCK);
    caller = new Caller(connection, chat, registry, Runnable::run, pages, refusals, RATES);
    alice = register("alice");
    bob = register("bob");
  }

  private UserId register(String name) {
    return admission.register(new Applicant(ELSEWHERE), name, "secret", true).get();
  }

  private static ServerConfig config(Path directory) throws ConfigException {
    return ConfigLoader.load(
        null,
        Map.of(),
        Map.of(
            "data.dir",
            directory.toString(),
            "account.hash_memory_kib",
            "64",
            "account.hash_iterations",
            "1"));
  }

  @AfterEach
  void close() {
    log.close();
    source.close();
    cursors.close();
    hasher.close();
    database.close();
  }

  private void logIn() {
    logIn(caller);
  }

  private void logIn(Caller who) {
    var command = new Command.Login(new Command.Identity.ById(alice), "secret");
    var outcome = logins.login(who, new Frame.Request(1L, command), command);
    assertThat(((Outcome.Blocking) outcome).work().run()).isNull();
  }

  @Test
  void beginsInTheEventLoop() {
    logIn();
    assertThat(caller.isLoggedIn()).isFalse();
    assertThat(registry.isOnline(alice)).isTrue();

    connection.runLoop();
    assertThat(caller.isLoggedIn()).isTrue();
  }

  /** Else what is said between the two would neither be read nor offered. */
  @Test
  void isRegisteredBeforeItIsReadWhereTheUserStands() throws Exception {
    try (var other = DriverManager.getConnection("jdbc:sqlite:" + databaseFile);
        var statement = other.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");
      // Waits for the lock, and so does who wants to know where the user stands.
      cursors.moved(
          new Cursor(alice, ConversationId.direct(alice, bob), database.epoch().current().id()),
          1,
          0);
      var login = Thread.ofVirtual().start(this::logIn);

      await().until(() -> registry.isOnline(alice));

      assertThat(login.isAlive()).isTrue();
      statement.execute("ROLLBACK");
      assertThat(login.join(Duration.ofSeconds(20))).isTrue();
    }
    connection.runLoop();
    assertThat(caller.isLoggedIn()).isTrue();
  }

  /** By way of a node that did not find her session yet, and so has not told of it. */
  @Test
  void aGroupThatIsJoinedMeanwhileIsServed() {
    var group = groups.create(bob, "group", "").id();
    var elsewhere = new SessionRegistry(100, nodes);
    var groupsElsewhere =
        new GroupService(
            new GroupStore(database, new MessageStore(database)),
            elsewhere,
            presence,
            relay,
            log,
            CLOCK,
            10);
    routes.whenAskedIfSettled(() -> groupsElsewhere.join(alice, group));
    try (var served = new LoopConnection()) {
      logIn(new Caller(served, chat, registry, Runnable::run, pages, refusals, RATES));

      await().until(() -> !registry.sessionsOf(ConversationId.group(group)).isEmpty());
      await().until(() -> source.behind() == 0);
    }
  }

  private static Frame.Request wrongLogin() {
    var who = new Command.Identity.ByName("alice");
    return new Frame.Request(null, new Command.Login(who, "wrong"));
  }

  private void receiveWrongLogins(int count) {
    for (int i = 0; i < count; i++) {
      caller.received(wrongLogin());
    }
    connection.runLoop();
  }

  private void pass(Duration time) {
    for (int i = 0; i < time.toSeconds(); i++) {
      nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
      connection.runLoopFor(Duration.ofSeconds(1));
      // What that has begun.
      connection.runLoop();
    }
  }

  /** Its form has no "try later". */
  @Test
  void aThrottledLegacyLoginWaitsAndSoDoesWhatIsBehindIt() {
    connection.becomesLegacy();
    receiveWrongLogins(5);
    assertThat(connection.replies()).hasSize(5);

    receiveWrongLogins(1);
    var right = new Command.Login(new Command.Identity.ByName("alice"), "secret");
    caller.received(new Frame.Request(null, right));
    pass(Duration.ofSeconds(4));
    assertThat(connection.replies()).hasSize(5);
    pass(Duration.ofSeconds(2));
    assertThat(connection.replies()).hasSize(6);
    assertThat(caller.isLoggedIn()).isFalse();
    pass(Duration.ofSeconds(12));

    assertThat(caller.isLoggedIn()).isTrue();
    assertThat(connection.closings()).isEmpty();
  }

  @Test
  void aLegacyLoginThatIsThrottledForLongClosesItsConnection() {
    connection.becomesLegacy();
    receiveWrongLogins(5);
    for (int i = 0; i < 3; i++) {
      receiveWrongLogins(1);
      pass(Duration.ofSeconds(21));
    }
    assertThat(connection.replies()).hasSize(8);

    pass(Duration.ofSeconds(20));
    receiveWrongLogins(2);
    assertThat(connection.replies()).hasSize(9);
    pass(Duration.ofSeconds(29));
    assertThat(connection.closings()).isEmpty();
    pass(Duration.ofSeconds(2));

    assertThat(connection.closings()).containsExactly(DisconnectReason.THROTTLED);
  }

  @Test
  void aDelayedLoginOfAConnectionThatWentIsForgotten() {
    connection.becomesLegacy();
    receiveWrongLogins(6);
    // Told twice where the server closes it: at the decision, and when the channel is closed.
    caller.disconnected();
    caller.disconnected();
    pass(Duration.ofMinutes(1));

    assertThat(connection.dropped()).isEqualTo(1);
    assertThat(connection.closings()).isEmpty();
    assertThat(connection.replies()).hasSize(5);
  }

  @Test
  void aThrottledModernLoginIsToldWhenToComeBack() {
    receiveWrongLogins(6);

    var refused = (Reply.Failed) connection.replies().getLast();
    assertThat(refused.code()).isEqualTo(ErrorCode.BUSY);
    assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(5001));
  }

  @Test
  void aPingIsAnsweredWhileACommandWaits() {
    var held = new ArrayDeque<Runnable>();
    var busy = new Caller(connection, chat, registry, held::add, pages, refusals, RATES);
    busy.received(new Frame.Request(1L, new Command.Register("carol", "secret")));
    busy.received(new Frame.Request(2L, new Command.ListFriends()));
    busy.received(new Frame.Request(3L, new Command.Ping()));

    assertThat(held).hasSize(1);
    assertThat(connection.replies()).singleElement().isInstanceOf(Reply.Pong.class);
  }

  @Test
  void aConnectionThatWentMeanwhileLeavesNothingBehind() {
    var old = groups.create(bob, "old", "").id();
    groups.join(alice, old);
    logIn();
    var group = groups.create(bob, "new", "").id();
    groups.join(alice, group);
    caller.disconnected();
    connection.runLoop();

    assertThat(registry.isOnline(alice)).isFalse();
    assertThat(registry.sessionsOf(ConversationId.group(old))).isEmpty();
    assertThat(registry.sessionsOf(ConversationId.group(group))).isEmpty();
  }
}
