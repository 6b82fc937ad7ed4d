package io.chatserver.server;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.server.account.AccountChangeStore;
import io.chatserver.server.account.AccountChanges;
import io.chatserver.server.account.AccountRules;
import io.chatserver.server.account.AccountService;
import io.chatserver.server.account.AccountStore;
import io.chatserver.server.account.Admission;
import io.chatserver.server.account.HashLine;
import io.chatserver.server.account.LoginMeter;
import io.chatserver.server.account.LoginThrottle;
import io.chatserver.server.account.PasswordHasher;
import io.chatserver.server.account.RegistrationThrottle;
import io.chatserver.server.account.TokenService;
import io.chatserver.server.account.TokenStore;
import io.chatserver.server.admin.AdminServer;
import io.chatserver.server.admin.LoadReport;
import io.chatserver.server.admin.Observed;
import io.chatserver.server.chat.AccountCommands;
import io.chatserver.server.chat.Caller;
import io.chatserver.server.chat.ChatService;
import io.chatserver.server.chat.LoginService;
import io.chatserver.server.chat.PageRequests;
import io.chatserver.server.chat.PageTurns;
import io.chatserver.server.chat.Rates;
import io.chatserver.server.cluster.Cluster;
import io.chatserver.server.cluster.DegradedNodeStore;
import io.chatserver.server.cluster.Node;
import io.chatserver.server.cluster.NodeKeyStore;
import io.chatserver.server.cluster.Presence;
import io.chatserver.server.cluster.RedisCluster;
import io.chatserver.server.cluster.Relay;
import io.chatserver.server.cluster.SingleNode;
import io.chatserver.server.config.ConfigException;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.delivery.ClusterEvents;
import io.chatserver.server.delivery.HeadChecker;
import io.chatserver.server.delivery.HistoryService;
import io.chatserver.server.delivery.MessageService;
import io.chatserver.server.delivery.Receipts;
import io.chatserver.server.delivery.Replacements;
import io.chatserver.server.delivery.Revocations;
import io.chatserver.server.delivery.Router;
import io.chatserver.server.fault.Refusals;
import io.chatserver.server.friend.FriendService;
import io.chatserver.server.friend.FriendStore;
import io.chatserver.server.group.GroupService;
import io.chatserver.server.group.GroupStore;
import io.chatserver.server.memory.MemoryBudget;
import io.chatserver.server.memory.MemoryPlan;
import io.chatserver.server.message.Cursors;
import io.chatserver.server.message.MemberStore;
import io.chatserver.server.message.MessageLog;
import io.chatserver.server.message.MessageStore;
import io.chatserver.server.session.FeedSource;
import io.chatserver.server.session.SessionRegistry;
import io.chatserver.server.storage.Database;
import io.chatserver.server.transport.NettyServer;
import io.chatserver.server.transport.ServerTls;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole server: every part made here, by hand, top to bottom, and closed in the reverse order.
 *
 * <p>Threads: any; but made and closed by one.
 */
public final class ServerWiring implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServerWiring.class);
  private static final int FINISH_SECONDS = 5;

  private final Deque<Part> parts = new ArrayDeque<>();
  private final NettyServer transport;
  private final GroupService groups;
  private final Duration drainPeriod;
  private final CompletableFuture<@Nullable Void> hurry = new CompletableFuture<>();

  /** Something that has to be closed. */
  private interface Part {
    void close();
  }

  private ServerWiring(ServerConfig config, MemoryPlan plan, Clock clock) throws IOException {
    drainPeriod = config.relay().url().isEmpty() ? Duration.ZERO : config.drain().period();
    try {
      // First, so that an unusable certificate is found before anything else is opened.
      var tls =
          config.listen().hasTls()
              ? opened(ServerTls.start(config.listen(), clock), ServerTls::close)
              : null;
      var database = opened(Database.open(config.storage()), Database::close);
      var messageStore = new MessageStore(database);
      var memberStore = new MemberStore(database);
      var loginMeter = new LoginMeter();
      var loginThrottle = new LoginThrottle(config.throttle(), loginMeter, System::nanoTime);
      var hashLine = new HashLine(config.account(), config.throttle().addressLine(), loginThrottle);
      var hasher =
          opened(new PasswordHasher(config.account(), hashLine, loginMeter), PasswordHasher::close);
      var changeStore = new AccountChangeStore(database);
      var rules = new AccountRules(config.account());
      var accounts =
          new AccountService(new AccountStore(database), changeStore, hasher, rules, clock);
      var registrationThrottle =
          new RegistrationThrottle(config.throttle(), loginMeter, System::nanoTime);
      var admission =
          new Admission(
              accounts, loginThrottle, registrationThrottle, loginMeter, config.throttle());
      var tokens = new TokenService(new TokenStore(database), changeStore, clock, config.session());

      var self = new Node(config.node().name(), UUID.randomUUID().toString().substring(0, 8));
      var cluster = opened(cluster(config, self, database), Cluster::close);
      var registry = new SessionRegistry(config.limits().sessions(), cluster.routes());
      var revocations = new Revocations(registry);
      var changes = opened(new AccountChanges(changeStore, revocations), AccountChanges::close);
      changes.start();
      var presence = new Presence(registry, cluster.routes());
      var relay = new Relay(cluster.routes(), cluster.bus());
      var secondLogin = config.session().secondLogin();
      var replacements = new Replacements(registry, relay, database, secondLogin);
      var receipts = new Receipts(registry, relay);
      var cursors = opened(new Cursors(memberStore, receipts), Cursors::close);
      var budget = new MemoryBudget(plan, NettyServer::buffersOfJvm);
      int feedReads = Math.max(1, config.storage().poolSize() / 2);
      var source =
          opened(
              new FeedSource(messageStore, memberStore, cursors, budget, feedReads),
              FeedSource::close);

      var friends =
          new FriendService(
              new FriendStore(database), accounts, presence, clock, config.limits().friends());
      int writers = database.dialect().hasManyWriters() ? config.log().writers() : 1;
      var logClock = database.clock(clock);
      var refusals = new Refusals();
      var router = new Router(registry, relay, refusals);
      var log = new MessageLog<>(messageStore, router, logClock, config.log(), writers);
      database
          .epoch()
          .onChange(() -> {
            log.forget();
            revocations.endAll(DisconnectReason.NEW_EPOCH);
          });
      database.epoch().onNewWriter(log::forgetHeads);
      groups =
          new GroupService(
              new GroupStore(database, messageStore),
              registry,
              presence,
              relay,
              log,
              logClock,
              config.limits().groups());
      var logins =
          new LoginService(
              admission,
              tokens,
              changes,
              friends,
              groups,
              registry,
              presence,
              replacements,
              source,
              secondLogin,
              version());

      var messages = new MessageService(log, accounts, groups, config.limits().textBytes());
      var history = new HistoryService(messageStore, memberStore);
      var chat =
          new ChatService(
              admission,
              accounts,
              new AccountCommands(accounts, admission, tokens, changes),
              logins,
              friends,
              groups,
              messages,
              history,
              clock);

      var heads =
          opened(
              new HeadChecker(memberStore, registry, replacements, cluster::isAnyDegraded),
              HeadChecker::close);
      var rates = new Rates(config.throttle());
      var commandExecutor =
          Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("command-", 0).factory());
      var pages = new PageRequests(new PageTurns(), budget, commandExecutor);
      transport =
          opened(
              new NettyServer(
                  config,
                  budget,
                  connection ->
                      new Caller(
                          connection, chat, registry, commandExecutor, pages, refusals, rates),
                  tls),
              NettyServer::close);
      var observed =
          new Observed(
              self,
              database,
              cluster,
              relay,
              log.meter(),
              source,
              refusals,
              rates,
              registry,
              budget,
              transport,
              loginMeter,
              changes,
              revocations);
      var load = new LoadReport(observed, version());
      // Closed first: accepted commands are done and answered before the clients are sent away.
      opened(commandExecutor, ServerWiring::finish);
      opened(budget, MemoryBudget::close);
      opened(log, MessageLog::close);
      opened(transport, NettyServer::stopAccepting);
      // Others know this node, and it hears them, before it has clients.
      cluster.start(new ClusterEvents(log, router, receipts, groups, replacements, heads), load);
      transport.listen();
      if (config.admin().port() != 0) {
        opened(new AdminServer(config.admin(), observed, load), AdminServer::close);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Cluster cluster(ServerConfig config, Node self, Database database) {
    return config.relay().url().isEmpty()
        ? new SingleNode()
        : new RedisCluster(
            config.relay().url(),
            self,
            new DegradedNodeStore(database),
            new NodeKeyStore(database),
            database.epoch());
  }

  /** The version that the jar was built as. */
  static String version() {
    var version = ServerWiring.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  /**
   * Starts a server.
   *
   * @throws IOException if it cannot listen
   * @throws ConfigException if the settings need more memory than the JVM has
   * @throws io.chatserver.server.storage.StorageException if the database cannot be used
   */
  public static ServerWiring start(ServerConfig config, Clock clock)
      throws IOException, ConfigException {
    var plan = MemoryPlan.of(config, NettyServer.memoryOfJvm());
    var server = new ServerWiring(config, plan, clock);
    // Not earlier: a server that cannot start logs only one line.
    log.info("{}", plan);
    return server;
  }

  private <T> T opened(T part, java.util.function.Consumer<T> close) {
    parts.push(() -> close.accept(part));
    return part;
  }

  /** Lets commands end that have begun, for a while. */
  private static void finish(ExecutorService commandExecutor) {
    commandExecutor.shutdown();
    try {
      if (!commandExecutor.awaitTermination(FINISH_SECONDS, TimeUnit.SECONDS)) {
        commandExecutor.shutdownNow();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The groups, for tests of what no command can do yet. */
  GroupService groups() {
    return groups;
  }

  /** The port that clients connect to. */
  public int port() {
    return transport.port();
  }

  /** The port for TLS. */
  public int tlsPort() {
    return transport.tlsPort();
  }

  /** The addresses for clients, as text for the log. */
  public String addresses() {
    return transport.addresses();
  }

  /** Reads the certificate for TLS again; false without TLS. */
  public boolean reloadCertificate() {
    var tls = transport.tls();
    if (tls != null) {
      tls.reload();
    }
    return tls != null;
  }

  /**
   * Sends the clients of a node of a cluster to the others, one after the other; returns when they
   * have gone or {@code drain.period} is over. A single node has nowhere to send them.
   */
  public void drain() {
    if (drainPeriod.isPositive()) {
      transport.drain(drainPeriod, hurry);
    }
  }

  /** Cuts {@link #drain} short, from another thread. */
  public void hurry() {
    hurry.complete(null);
  }

  /** Stops: what was taken is stored, clients are told, connections closed. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }
}
