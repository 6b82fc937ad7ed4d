package io.chatserver.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.UserId;
import io.chatserver.server.config.ServerConfig.SecondLogin;
import io.chatserver.server.session.SessionRegistry.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SessionRegistryTest {
  private static final UserId ALICE = new UserId(1);
  private static final UserId BOB = new UserId(2);
  private static final ConversationId GROUP = ConversationId.group(new GroupId(7));

  private final RecordingPresence listener = new RecordingPresence();
  private final SessionRegistry registry = new SessionRegistry(100, listener);

  private static Session session(UserId user) {
    return new Session(
        user, "user " + user, new RecordingConnection(), Reading.PLAIN, new FakeLog());
  }

  private Registration register(Session session, SecondLogin policy) {
    return registry.register(session, policy);
  }

  @Test
  void keepsEverySessionWhereThatIsAllowed() {
    var desk = session(ALICE);
    var phone = session(ALICE);

    assertThat(register(desk, SecondLogin.ALLOW)).isEqualTo(Registration.ACCEPTED);
    assertThat(register(phone, SecondLogin.ALLOW)).isEqualTo(Registration.ACCEPTED);

    assertThat(registry.sessionsOf(ALICE)).containsExactly(desk, phone);
    assertThat(registry.sessionsOf(BOB)).isEmpty();
  }

  @Test
  void refusesASecondSession() {
    var desk = session(ALICE);
    register(desk, SecondLogin.REJECT);

    assertThat(register(session(ALICE), SecondLogin.REJECT)).isEqualTo(Registration.IN_USE);
    assertThat(registry.sessionsOf(ALICE)).containsExactly(desk);

    registry.remove(desk, List.of());
    assertThat(register(session(ALICE), SecondLogin.REJECT)).isEqualTo(Registration.ACCEPTED);
  }

  @Test
  void beyondTheLimitTheModernSessionThatHasBeenSilentLongestEnds() {
    var narrow = new SessionRegistry(3, listener);
    var legacy = session(ALICE);
    connectionOf(legacy).becomesLegacy();
    var sessions = List.of(legacy, session(ALICE), session(ALICE));
    sessions.forEach(each -> begin(narrow, each));
    sessions.get(1).heard();

    var fourth = begin(narrow, session(ALICE));

    assertThat(narrow.sessionsOf(ALICE)).containsExactly(legacy, sessions.get(1), fourth);
    assertThat(connectionOf(sessions.get(2)).closings())
        .containsExactly(DisconnectReason.SESSION_LIMIT);
    narrow.remove(sessions.get(2), List.of());
    assertThat(narrow.sessionsOf(ALICE)).hasSize(3);
    assertThat(listener.told()).containsExactly("+" + ALICE);
  }

  @Test
  void beyondTheLimitOfLegacySessionsTheOldestEnds() {
    var narrow = new SessionRegistry(2, listener);
    var sessions = List.of(session(ALICE), session(ALICE), session(ALICE));
    sessions.forEach(each -> connectionOf(each).becomesLegacy());

    sessions.getFirst().heard();
    sessions.forEach(each -> begin(narrow, each));

    assertThat(narrow.sessionsOf(ALICE)).containsExactly(sessions.get(1), sessions.get(2));
  }

  @Test
  void aLoginThatComesToNothingEndsNoSession() {
    var narrow = new SessionRegistry(1, listener);
    var desk = begin(narrow, session(ALICE));

    register(narrow, session(ALICE));

    assertThat(narrow.sessionsOf(ALICE)).hasSize(2);
    assertThat(connectionOf(desk).closings()).isEmpty();
  }

  private static void register(SessionRegistry registry, Session session) {
    assertThat(registry.register(session, SecondLogin.ALLOW)).isEqualTo(Registration.ACCEPTED);
  }

  private static Session begin(SessionRegistry registry, Session session) {
    register(registry, session);
    registry.begins(session);
    return session;
  }

  private static RecordingConnection connectionOf(Session session) {
    return (RecordingConnection) session.connection();
  }

  @Test
  void aUserIsOnlineWhileHeHasASession() {
    var desk = session(ALICE);
    var phone = session(ALICE);
    assertThat(registry.isOnline(ALICE)).isFalse();
    register(desk, SecondLogin.ALLOW);
    register(phone, SecondLogin.ALLOW);

    registry.remove(desk, List.of());
    registry.remove(desk, List.of());
    assertThat(registry.isOnline(ALICE)).isTrue();
    registry.remove(phone, List.of());
    assertThat(registry.isOnline(ALICE)).isFalse();
  }

  @Test
  void groupsAreKeptByEventLoopAndForgottenWithTheirLastSession() {
    var alice = session(ALICE);
    var bob = session(BOB);
    registry.subscribe(alice, GROUP);
    registry.subscribe(bob, GROUP);
    registry.subscribe(bob, GROUP);

    assertThat(registry.sessionsOf(GROUP))
        .hasSize(2)
        .containsKeys(alice.connection().loop(), bob.connection().loop());
    registry.remove(alice, List.of(GROUP));
    assertThat(registry.sessionsOf(GROUP).values())
        .singleElement()
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.collection(Session.class))
        .containsExactly(bob);
    registry.remove(bob, List.of(GROUP));
    assertThat(registry.sessionsOf(GROUP)).isEmpty();
  }

  @Test
  void tellsWhoComesAndGoes() {
    var desk = session(ALICE);
    var phone = session(ALICE);
    register(desk, SecondLogin.ALLOW);
    register(phone, SecondLogin.ALLOW);
    registry.subscribe(desk, GROUP);
    registry.subscribe(phone, GROUP);
    registry.remove(desk, List.of(GROUP));
    registry.remove(desk, List.of(GROUP));
    assertThat(listener.told()).containsExactly("+" + ALICE, "+" + GROUP);

    registry.remove(phone, List.of(GROUP));
    assertThat(listener.told()).hasSize(4).endsWith("-" + ALICE, "-" + GROUP);
  }

  @Test
  void onlyOneOfManyLoginsAtOnceIsAccepted() throws Exception {
    int logins = 8;
    try (var threads = Executors.newFixedThreadPool(logins)) {
      for (int round = 0; round < 200; round++) {
        var user = new UserId(round + 1);
        var start = new CyclicBarrier(logins);
        var results = new ArrayList<java.util.concurrent.Future<Registration>>();
        for (int i = 0; i < logins; i++) {
          var session = session(user);
          results.add(
              threads.submit(() -> {
                start.await(10, TimeUnit.SECONDS);
                return register(session, SecondLogin.REJECT);
              }));
        }
        int accepted = 0;
        for (var result : results) {
          accepted += result.get(10, TimeUnit.SECONDS) == Registration.ACCEPTED ? 1 : 0;
        }
        assertThat(accepted).isEqualTo(1);
        assertThat(registry.sessionsOf(user)).hasSize(1);
      }
    }
  }
}
