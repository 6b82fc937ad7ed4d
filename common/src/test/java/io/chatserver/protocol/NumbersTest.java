package io.chatserver.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The numbers of the wire, which clients that we did not write know. A new one is added here; none
 * is ever changed or used again.
 */
final class NumbersTest {
  private static final Map<String, Integer> TYPES =
      Map.ofEntries(
          Map.entry("LOGIN", 1),
          Map.entry("LOGIN_ACK", 2),
          Map.entry("LOGOUT", 3),
          Map.entry("REGISTER", 4),
          Map.entry("REGISTER_ACK", 5),
          Map.entry("DIRECT_CHAT", 6),
          Map.entry("ADD_FRIEND", 7),
          Map.entry("CREATE_GROUP", 8),
          Map.entry("JOIN_GROUP", 9),
          Map.entry("GROUP_CHAT", 10),
          Map.entry("REPLY", 11),
          Map.entry("PING", 12),
          Map.entry("PONG", 13),
          Map.entry("CLOSING", 14),
          Map.entry("LIST_FRIENDS", 15),
          Map.entry("LIST_GROUPS", 16),
          Map.entry("LIST_MEMBERS", 17),
          Map.entry("ACK", 18),
          Map.entry("RECEIPT", 19),
          Map.entry("PAGE", 20),
          Map.entry("HISTORY", 21),
          Map.entry("LIST_CONVERSATIONS", 22),
          Map.entry("REVOKE_TOKENS", 23),
          Map.entry("CHANGE_PASSWORD", 24),
          Map.entry("FIND", 25),
          Map.entry("ENTRY", 26));

  private static final Map<String, Integer> ERRORS =
      Map.ofEntries(
          Map.entry("INVALID_CREDENTIALS", 1),
          Map.entry("ACCOUNT_IN_USE", 2),
          Map.entry("BAD_JSON", 100),
          Map.entry("UNKNOWN_TYPE", 101),
          Map.entry("BAD_FIELD", 102),
          Map.entry("TEXT_EMPTY", 103),
          Map.entry("TEXT_TOO_LONG", 104),
          Map.entry("NAME_INVALID", 105),
          Map.entry("PASSWORD_INVALID", 106),
          Map.entry("DESCRIPTION_TOO_LONG", 107),
          Map.entry("NOT_LOGGED_IN", 200),
          Map.entry("ALREADY_LOGGED_IN", 201),
          Map.entry("NAME_TAKEN", 202),
          Map.entry("NO_SUCH_USER", 203),
          Map.entry("NO_SUCH_GROUP", 204),
          Map.entry("NOT_A_MEMBER", 205),
          Map.entry("LIMIT_REACHED", 206),
          Map.entry("CLIENT_ID_CONFLICT", 207),
          Map.entry("TOKEN_INVALID", 208),
          Map.entry("REGISTRATION_CLOSED", 209),
          Map.entry("ACCOUNT_DISABLED", 210),
          Map.entry("BUSY", 300),
          Map.entry("STORAGE_UNAVAILABLE", 301),
          Map.entry("SHUTTING_DOWN", 302),
          Map.entry("INTERNAL", 303));

  private static final Map<String, Integer> REASONS =
      Map.ofEntries(
          Map.entry("SHUTDOWN", 3000),
          Map.entry("IDLE", 3001),
          Map.entry("LOGIN_TIMEOUT", 3002),
          Map.entry("TOO_MANY_CONNECTIONS", 3003),
          Map.entry("FAULT", 3004),
          Map.entry("OVERLOADED", 3005),
          Map.entry("THROTTLED", 3006),
          Map.entry("NEW_EPOCH", 3007),
          Map.entry("FRAME_TOO_LARGE", 3500),
          Map.entry("REPLACED", 3501),
          Map.entry("TOO_MANY_ERRORS", 3502),
          Map.entry("SESSION_LIMIT", 3503),
          Map.entry("ACCOUNT_DISABLED", 3504),
          Map.entry("SESSION_REVOKED", 3505));

  @Test
  void typesKeepTheirNumbers() {
    assertThat(numbers(MessageType.values(), MessageType::number)).isEqualTo(TYPES);
    assertThat(MessageType.values()).allMatch(type -> MessageType.of(type.number()) == type);
    for (long number : new long[] {0, -1, 27, 1L << 32 | 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(MessageType.of(number)).isNull();
    }
  }

  @Test
  void errorsKeepTheirNumbers() {
    assertThat(numbers(ErrorCode.values(), ErrorCode::number)).isEqualTo(ERRORS);
    assertThat(ErrorCode.values()).allMatch(code -> ErrorCode.of(code.number()) == code);
    assertThat(ErrorCode.values())
        .allMatch(code -> code.isRetryable() == (code.number() >= 300 && code.number() < 400));
  }

  @Test
  void reasonsKeepTheirNumbers() {
    assertThat(numbers(DisconnectReason.values(), DisconnectReason::number)).isEqualTo(REASONS);
    assertThat(DisconnectReason.values())
        .allMatch(reason -> DisconnectReason.of(reason.number()) == reason)
        .allMatch(reason -> reason.mayReconnect() == (reason.number() < 3500));
  }

  @Test
  void anUnknownNumberKeepsItsRange() {
    assertThat(ErrorCode.of(299)).isEqualTo(ErrorCode.BAD_FIELD);
    assertThat(ErrorCode.of(399)).isEqualTo(ErrorCode.BUSY);
    assertThat(DisconnectReason.of(3499).mayReconnect()).isTrue();
    assertThat(DisconnectReason.of(3999).mayReconnect()).isFalse();
    assertThat(Role.ofWireName("moderator")).isEqualTo(Role.NORMAL);
  }

  @Test
  void theUsualNumberingIsThatOfTheTypes() {
    for (var type : MessageType.values()) {
      assertThat(Numbering.USUAL.number(type)).isEqualTo(type.number());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 2 3 4 5 6 7 8 9",
        "1 2 3 4 5 6 7 8 9 9",
        "1 2 3 4 5 6 7 8 9 100",
        "-1 2 3 4 5 6 7 8 9 10",
        "1,2,3,4,5,6,7,8,9,10",
        "z",
        "",
      })
  void whatIsNoNumberingIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Numbering.parse(text));
  }

  @Test
  void aNumberingIsParsedByNameOrByNumbers() {
    assertThat(Numbering.parse(" Usual ")).isEqualTo(Numbering.USUAL);
    for (var numbering : Numbering.all()) {
      assertThat(Numbering.parse(numbering.toString())).isEqualTo(numbering);
    }
  }

  private static <E extends Enum<E>> Map<String, Integer> numbers(
      E[] values, Function<E, Integer> number) {
    return Arrays.stream(values).collect(Collectors.toMap(Enum::name, number));
  }
}
