package io.chatserver.server.account;

import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.config.ServerConfig.Registration;
import io.chatserver.server.fault.Rejected;
import io.chatserver.text.Utf8;
import java.nio.charset.StandardCharsets;

/**
 * The rules for registration and passwords.
 *
 * <p>Threads: any.
 */
public final class AccountRules {
  private static final int MAX_PASSWORD_BYTES = 1024;

  private final ServerConfig.Accounts config;
  private final CommonPasswords common;

  public AccountRules(ServerConfig.Accounts config) {
    this.config = config;
    this.common =
        config.minPasswordLength() < CommonPasswords.MIN_LENGTH
            ? CommonPasswords.none()
            : CommonPasswords.load();
  }

  /**
   * Checks that registration is open.
   *
   * @throws Rejected with {@link ErrorCode#REGISTRATION_CLOSED}
   */
  void checkOpen() {
    if (config.registration() == Registration.CLOSED) {
      throw new Rejected(ErrorCode.REGISTRATION_CLOSED);
    }
  }

  /**
   * Checks a password.
   *
   * @throws Rejected with {@link ErrorCode#PASSWORD_INVALID}, whose detail names the rule
   */
  void checkPassword(String password) {
    check(password, config.minPasswordLength());
    if (common.contains(password)) {
      throw new Rejected(ErrorCode.PASSWORD_INVALID, "it is one of the commonest passwords");
    }
  }

  /** The same for a legacy client. */
  void checkLegacyPassword(String password) {
    check(password, config.legacyMinPasswordLength());
  }

  private static void check(String password, int minLength) {
    // This character replaces many others, so different passwords would be equal.
    if (password.indexOf(Utf8.REPLACEMENT) >= 0) {
      throw new Rejected(ErrorCode.PASSWORD_INVALID, "a character was lost: it is not in UTF-8");
    }
    if (password.codePointCount(0, password.length()) < minLength) {
      throw new Rejected(
          ErrorCode.PASSWORD_INVALID,
          "at least " + minLength + (minLength == 1 ? " character" : " characters"));
    }
    if (password.getBytes(StandardCharsets.UTF_8).length > MAX_PASSWORD_BYTES) {
      throw new Rejected(ErrorCode.PASSWORD_INVALID, "at most " + MAX_PASSWORD_BYTES + " bytes");
    }
  }
}
