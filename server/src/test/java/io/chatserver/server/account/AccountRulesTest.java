package io.chatserver.server.account;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.config.ServerConfig.Registration;
import io.chatserver.server.fault.Rejected;
import org.junit.jupiter.api.Test;

class AccountRulesTest {
  private static AccountRules rules(Registration registration, int min, int legacyMin) {
    return new AccountRules(new ServerConfig.Accounts(min, 1, 1, 8, 1, registration, legacyMin));
  }

  @Test
  void refusesTheCommonestPasswordsHoweverTheyAreWritten() {
    var rules = rules(Registration.OPEN, 8, 1);
    for (var common : new String[] {"password1", "PASSWORD1", "12345678", "iLoveYou", "11111111"}) {
      assertThatThrownBy(() -> rules.checkPassword(common)).hasMessageContaining("commonest");
      assertThatCode(() -> rules.checkLegacyPassword(common)).doesNotThrowAnyException();
    }
    assertThatCode(() -> rules.checkPassword("12345678 ")).doesNotThrowAnyException();
    assertThatCode(() -> rules.checkPassword("amber-wagon-41")).doesNotThrowAnyException();
  }

  @Test
  void takesCommonPasswordsWhereShortOnesAreTaken() {
    assertThatCode(() -> rules(Registration.OPEN, 7, 1).checkPassword("password1"))
        .doesNotThrowAnyException();
  }

  @Test
  void countsCharactersAndNotBytes() {
    var rules = rules(Registration.OPEN, 8, 3);
    assertThatThrownBy(() -> rules.checkPassword("😀😀😀😀😀😀😀"))
        .isInstanceOf(Rejected.class)
        .hasMessageContaining("at least 8 characters");
    assertThatCode(() -> rules.checkPassword("😀😀😀😀😀😀😀😀")).doesNotThrowAnyException();
    assertThatThrownBy(() -> rules.checkLegacyPassword("ab"))
        .hasMessageContaining("at least 3 characters");
    assertThatThrownBy(() -> rules(Registration.OPEN, 8, 1).checkLegacyPassword(""))
        .hasMessageEndingWith("at least 1 character");
  }

  @Test
  void opensAccountsForStrangersOrNot() {
    assertThatCode(rules(Registration.OPEN, 8, 1)::checkOpen).doesNotThrowAnyException();
    assertThatThrownBy(rules(Registration.CLOSED, 8, 1)::checkOpen)
        .hasMessageContaining("REGISTRATION_CLOSED");
  }
}
