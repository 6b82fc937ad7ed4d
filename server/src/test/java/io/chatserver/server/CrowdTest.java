package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which connections go when there are too many; 127.0.0.1 is exempt, the others are not. */
class CrowdTest {
  private static final String HERE = "127.0.0.2";
  private static final String THERE = "127.0.0.3";
  private static final Command.Login WRONG =
      new Command.Login(new Command.Identity.ByName("nobody"), "wrong");

  @Test
  void aUserBehindACrowdedAddressLogsIn() {
    var strangers = new ArrayList<TestUser>();
    try (var server = TestServer.start("admin.port=" + AdminClient.freePort())) {
      for (int i = 0; i < 600; i++) {
        strangers.add(server.connectFrom(HERE));
        if (i % 3 == 0) {
          sendUnlessClosed(strangers.get(i), i % 2 == 0 ? WRONG : new Command.Ping());
        }
      }
      try (var alice = server.connectFrom(HERE);
          var bob = server.loggedIn("bob")) {
        alice.register(TestUser.unique("alice"));
        alice.logIn();
        alice.say(bob, "I am here");

        assertThat(bob.nextText()).isEqualTo("I am here");
        await()
            .untilAsserted(() ->
                assertThat(server.admin().get("/metrics").body())
                    .containsPattern("\nchat_connections_logged_out 6[34][.]0\n")
                    .contains("\nchat_addresses 2.0\n")
                    .containsPattern(
                        "\nchat_connections_evicted_total[{]reason=\"address\"[}] 53[67][.]0\n"));
      }
    } finally {
      strangers.forEach(TestUser::close);
    }
  }

  private static void sendUnlessClosed(TestUser user, Command command) {
    try {
      user.send(command);
    } catch (TestUser.HungUp _) {
      // Another one took its place.
    }
  }

  @Test
  void whoWasRefusedGoesFirstWithoutAWord() {
    try (var server = TestServer.start("throttle.logged_out_connections=3");
        var silent = server.connectFrom(HERE);
        var refused = server.connectFrom(HERE);
        var modern = server.connectFrom(HERE);
        var elsewhere = server.connectFrom(THERE)) {
      assertThat(modern.isServed()).isTrue();
      assertThat(elsewhere.request(WRONG)).isInstanceOf(Reply.Failed.class);
      assertThat(refused.request(WRONG)).isInstanceOf(Reply.Failed.class);
      try (var another = server.connectFrom(HERE)) {
        assertThat(refused.nextLine()).isNull();
        assertThat(another.isServed()).isTrue();
        assertThat(silent.isServed()).isTrue();
        assertThat(modern.isServed()).isTrue();
        assertThat(elsewhere.isServed()).isTrue();
      }
    }
  }

  @Test
  void aSessionGivesItsPlaceBackAndALogoutTakesOneAgain() {
    var users = new ArrayList<TestUser>();
    try (var server = TestServer.start("throttle.logged_out_connections=1")) {
      for (int i = 0; i < 5; i++) {
        var user = server.connectFrom(HERE);
        users.add(user);
        user.register(TestUser.unique("user"));
        user.logIn();
      }
      try (var silent = server.connectFrom(HERE)) {
        assertThat(silent.isServed()).isTrue();
        users.getFirst().logOut();

        assertThat(silent.awaitClosing()).isEqualTo(DisconnectReason.TOO_MANY_CONNECTIONS);
        users.getFirst().logIn();
        for (var user : users) {
          assertThat(user.isServed()).isTrue();
        }
      }
    } finally {
      users.forEach(TestUser::close);
    }
  }

  @Test
  void theLargestAddressLosesOneWhereTheServerIsFull() {
    try (var server = TestServer.start("limits.connections=4");
        var alice = server.loggedIn("alice");
        var single = server.connectFrom(THERE);
        var one = server.connectFrom(HERE);
        var two = server.connectFrom(HERE)) {
      for (var each : List.of(single, one, two)) {
        assertThat(each.isServed()).isTrue();
      }
      try (var bob = server.loggedIn("bob")) {
        assertThat(one.awaitClosing()).isEqualTo(DisconnectReason.TOO_MANY_CONNECTIONS);
        for (var each : List.of(alice, single, two, bob)) {
          assertThat(each.isServed()).isTrue();
        }
      }
    }
  }

  @Test
  void behindABalancerTheClientsCount() {
    try (var server =
            TestServer.start("listen.proxy_from=127.0.0.1", "throttle.logged_out_connections=1");
        var checking = server.connect();
        var here = server.connect();
        var there = server.connect();
        var another = server.connect()) {
      here.write("PROXY TCP4 203.0.113.7 203.0.113.1 40000 8000\r\n");
      assertThat(here.isServed()).isTrue();
      there.write("PROXY TCP4 203.0.113.8 203.0.113.1 40000 8000\r\n");
      assertThat(there.isServed()).isTrue();
      another.write("PROXY TCP4 203.0.113.7 203.0.113.1 40001 8000\r\n");

      assertThat(here.awaitClosing()).isEqualTo(DisconnectReason.TOO_MANY_CONNECTIONS);
      assertThat(another.isServed()).isTrue();
      assertThat(there.isServed()).isTrue();
      checking.write("PROXY TCP4 203.0.113.9 203.0.113.1 40000 8000\r\n");
      assertThat(checking.isServed()).isTrue();
    }
  }
}
