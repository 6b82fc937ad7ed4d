package io.chatserver.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.config.ServerConfig.Registration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHasherTest {
  static final ServerConfig.Accounts CHEAP =
      new ServerConfig.Accounts(1, 2, 100, 8, 1, Registration.OPEN, 1);

  @AutoClose private final PasswordHasher hasher = new PasswordHasher(CHEAP);

  @ParameterizedTest
  @ValueSource(strings = {"1", " ", "correct horse battery staple", "pässwörd", "密码😀", "a\0b"})
  void knowsAPasswordAgain(String password) {
    var hash = hasher.hash(password);

    assertThat(hash).startsWith("$argon2id$v=19$m=8,t=1,p=1$");
    assertThat(hasher.matches(password, hash)).isTrue();
    assertThat(hasher.matches(password + "x", hash)).isFalse();
    assertThat(hasher.matches("", hash)).isFalse();
  }

  @Test
  void tellsPasswordsApartThatLookAlike() {
    assertThat(hasher.matches("Secret", hasher.hash("secret"))).isFalse();
    assertThat(hasher.matches("secret ", hasher.hash("secret"))).isFalse();
    assertThat(hasher.matches("pässwort", hasher.hash("passwort"))).isFalse();
    assertThat(hasher.matches("a", hasher.hash("a\0b"))).isFalse();
    assertThat(hasher.matches("😀", hasher.hash("😁"))).isFalse();
  }

  @Test
  void hashesAPasswordDifferentlyEachTime() {
    assertThat(hasher.hash("secret")).isNotEqualTo(hasher.hash("secret"));
  }

  /** Settings change, accounts stay. */
  @Test
  void knowsAPasswordThatWasHashedAtAnotherCost() {
    try (var costlier =
        new PasswordHasher(new ServerConfig.Accounts(1, 1, 1, 64, 3, Registration.OPEN, 1))) {
      var hash = costlier.hash("secret");

      assertThat(hash).contains("m=64,t=3");
      assertThat(hasher.matches("secret", hash)).isTrue();
      assertThat(hasher.matches("other", hash)).isFalse();
    }
  }

  @Test
  void takesNothingForAHashThatIsNone() {
    assertThatThrownBy(() -> hasher.matches("secret", "secret"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cannot hash");
  }
}
