package io.chatserver.server.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import io.chatserver.server.cluster.FakeRoutes;
import io.chatserver.server.cluster.InMemoryNodeBus;
import io.chatserver.server.cluster.Presence;
import io.chatserver.server.cluster.Relay;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.config.ServerConfig.SecondLogin;
import io.chatserver.server.config.ServerConfig.WentBack;
import io.chatserver.server.delivery.Router;
import io.chatserver.server.delivery.Send;
import io.chatserver.server.fault.Refusals;
import io.chatserver.server.memory.TestBudget;
import io.chatserver.server.message.Cursors;
import io.chatserver.server.message.MemberStore;
import io.chatserver.server.message.MessageLog;
import io.chatserver.server.message.MessageStore;
import io.chatserver.server.session.FeedSource;
import io.chatserver.server.session.LoopConnection;
import io.chatserver.server.session.Reading;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import io.chatserver.server.storage.TestDatabase;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups on a node that has others beside it. */
class GroupServiceTest {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  private final FakeRoutes routes = new FakeRoutes();
  private final SessionRegistry registry = new SessionRegistry(10, routes);
  private final Relay relay = new Relay(routes, new InMemoryNodeBus());
  private final MessageLog<Send> log =
      new MessageLog<>(
          new MessageStore(DATABASE.database()),
          new Router(registry, relay, new Refusals()),
          Clock.systemUTC(),
          new ServerConfig.Log(1, 100, 10, WentBack.NEW_EPOCH),
          1);
  private final GroupService groups =
      new GroupService(
          new GroupStore(DATABASE.database(), new MessageStore(DATABASE.database())),
          registry,
          new Presence(registry, routes),
          relay,
          log,
          Clock.systemUTC(),
          10);

  @AfterEach
  void close() {
    log.close();
  }

  /** For each group anew, a login would wait for a Redis that hangs as often. */
  @Test
  void asksOnceWhoIsOnlineInAllGroups() {
    var ann = DATABASE.newUser("ann");
    var bob = DATABASE.newUser("bob");
    for (int i = 0; i < 3; i++) {
      groups.join(bob, groups.create(ann, "group " + i, "").id());
    }
    int before = routes.lookups();

    assertThat(groups.groupsOf(ann))
        .allSatisfy(group -> assertThat(group.members()).hasSize(2))
        .hasSize(3);
    assertThat(routes.lookups() - before).isEqualTo(1);
  }

  /** By another node, which does not know yet that somebody of the group is here. */
  @Test
  void whatIsSaidWhileOneJoinsIsRead() {
    var carol = DATABASE.newUser("carol");
    var dan = DATABASE.newUser("dan");
    var group = groups.create(carol, "group", "").id();
    var conversation = ConversationId.group(group);
    var members = new MemberStore(DATABASE.database());
    try (var cursors = new Cursors(members, _ -> {});
        var source =
            new FeedSource(
                new MessageStore(DATABASE.database()), members, cursors, TestBudget.large(), 1);
        var connection = new LoopConnection()) {
      begin(dan, connection, source);
      var known = new CompletableFuture<Void>();
      routes.settle(known);
      groups.join(dan, group);
      await().until(() -> !registry.sessionsOf(conversation).isEmpty());
      connection.run(() -> {});
      await().until(() -> source.behind() == 0);

      DATABASE.execute(
          "INSERT INTO log_entry (conversation_id, seq, kind, sender_id, sent_at, body)"
              + " VALUES (%d, 2, 1, %s, 0, 'hello')".formatted(conversation.value(), carol));
      known.complete(null);

      await().until(() -> connection.texts().equals(List.of("hello")));
    }
  }

  private void begin(UserId user, LoopConnection connection, FeedSource source) {
    var session = new Session(user, "", connection, Reading.PLAIN, source);
    assertThat(registry.register(session, SecondLogin.ALLOW))
        .isEqualTo(SessionRegistry.Registration.ACCEPTED);
    var answer = new Frame.Response(1L, new Command.Ping().type(), new Reply.Done());
    connection.run(() -> session.feed().open(List.of(), Map.of(), answer, List.of()));
  }
}
