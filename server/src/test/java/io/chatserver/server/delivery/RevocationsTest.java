package io.chatserver.server.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.UserId;
import io.chatserver.server.account.AccountChange;
import io.chatserver.server.account.AccountChange.Kind;
import io.chatserver.server.config.ServerConfig.SecondLogin;
import io.chatserver.server.session.FakeLog;
import io.chatserver.server.session.Grant;
import io.chatserver.server.session.Reading;
import io.chatserver.server.session.RecordingConnection;
import io.chatserver.server.session.RecordingPresence;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RevocationsTest {
  private static final UserId ANN = new UserId(1);
  private static final String FAMILY = "a1";

  private final SessionRegistry registry = new SessionRegistry(10, new RecordingPresence());
  private final Revocations revocations = new Revocations(registry);

  private final Device byPassword = device(ANN, 4, null);
  private final Device byToken = device(ANN, 4, FAMILY);
  private final Device byOtherToken = device(ANN, 4, "b2");
  private final Device later = device(ANN, 5, FAMILY);
  private final Device bobs = device(new UserId(2), 4, FAMILY);

  private record Device(Session session, RecordingConnection connection) {
    List<DisconnectReason> closings() {
      return connection.closings();
    }
  }

  private Device device(UserId user, long revision, @Nullable String family) {
    var connection = new RecordingConnection();
    var grant = Grant.of(revision, family);
    var session = new Session(user, "", connection, Reading.PLAIN, new FakeLog(), grant);
    registry.register(session, SecondLogin.ALLOW);
    return new Device(session, connection);
  }

  private void changed(Kind kind, @Nullable String family, long kept) {
    revocations.changed(List.of(new AccountChange(5, ANN, kind, family, kept)));
    assertThat(later.closings()).isEmpty();
    assertThat(bobs.closings()).isEmpty();
  }

  @Test
  void endsAllSessionsOfADisabledAccount() {
    changed(Kind.DISABLED, null, 0);

    for (var device : List.of(byPassword, byToken, byOtherToken)) {
      assertThat(device.closings()).containsExactly(DisconnectReason.ACCOUNT_DISABLED);
    }
    assertThat(revocations.ended()).isEqualTo(3);
  }

  @Test
  void keepsTheSessionThatChangesThePassword() {
    changed(Kind.PASSWORD_CHANGED, null, byToken.session().grant().session());

    assertThat(byToken.closings()).isEmpty();
    assertThat(byPassword.closings()).containsExactly(DisconnectReason.SESSION_REVOKED);
    assertThat(byOtherToken.closings()).containsExactly(DisconnectReason.SESSION_REVOKED);
  }

  @Test
  void keepsSessionsWithoutATokenWhereTokensAreRevoked() {
    changed(Kind.TOKENS_REVOKED, null, 0);

    assertThat(byPassword.closings()).isEmpty();
    assertThat(byToken.closings()).containsExactly(DisconnectReason.SESSION_REVOKED);
    assertThat(byOtherToken.closings()).containsExactly(DisconnectReason.SESSION_REVOKED);
  }

  @Test
  void endsOneFamilyOnly() {
    changed(Kind.FAMILY_REVOKED, FAMILY, 0);

    assertThat(byPassword.closings()).isEmpty();
    assertThat(byToken.closings()).containsExactly(DisconnectReason.SESSION_REVOKED);
    assertThat(byOtherToken.closings()).isEmpty();
  }

  @Test
  void allComeBackWhereSomeMayHaveBeenMissed() {
    revocations.mayHaveMissed();

    assertThat(later.closings()).containsExactly(DisconnectReason.FAULT);
    assertThat(bobs.closings()).containsExactly(DisconnectReason.FAULT);
  }

  @Test
  void aLoginOnItsWayIsRevokedByItsUsersChangesOnly() {
    var change = new AccountChange(5, ANN, Kind.DISABLED, null, 0);

    assertThat(Revocations.isRevoked(byPassword.session(), List.of(change))).isTrue();
    assertThat(Revocations.isRevoked(later.session(), List.of(change))).isFalse();
    assertThat(Revocations.isRevoked(bobs.session(), List.of(change))).isFalse();
    assertThat(Revocations.isRevoked(byPassword.session(), List.of())).isFalse();
  }
}
