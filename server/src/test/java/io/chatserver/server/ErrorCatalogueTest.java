package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each error of the catalogue, provoked, by its number; and the connection lives on. */
class ErrorCatalogueTest {
  private static final UserId NOBODY = new UserId(Integer.MAX_VALUE);
  private static final GroupId NO_GROUP = new GroupId(Integer.MAX_VALUE);

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start("limits.friends=1", "limits.groups=1");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static int errnoOf(TestUser user, String request) throws IOException {
    user.write(request + "\n");
    var answer = new JsonMapper().readTree(user.nextLine());
    assertThat(answer.get("errmsg").textValue()).isNotEmpty();
    assertThat(answer.get("retryable").booleanValue()).isFalse();
    return answer.get("errno").intValue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "100 | garbage",
        "100 | [1,2]",
        "100 | {\"msgid\":6,\"toid\":1,\"msg\":hi}",
        "100 | {'msgid':12}",
        "100 | {\"msgid\":12,,}",
        "100 | {\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":"
            + "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}}}}",
        "101 | {\"msgid\":99,\"rid\":1}",
        "101 | {\"msgid\":-1,\"rid\":1}",
        "101 | {\"msgid\":9223372036854775807,\"rid\":1}",
        "101 | {\"msgid\":2,\"rid\":1}",
        "101 | {\"msgid\":14,\"rid\":1}",
        "102 | {\"rid\":1}",
        "102 | {\"msgid\":null,\"rid\":1}",
        "102 | {\"msgid\":{},\"rid\":1}",
        "102 | {\"msgid\":1e99,\"rid\":1}",
        "102 | {\"msgid\":99999999999999999999,\"rid\":1}",
        "102 | {\"msgid\":1,\"rid\":1,\"id\":\"abc\",\"password\":\"x\"}",
        "102 | {\"msgid\":1,\"rid\":1,\"id\":1e99,\"password\":\"x\"}",
        "102 | {\"msgid\":1,\"rid\":1,\"id\":0,\"password\":\"x\"}",
        "102 | {\"msgid\":1,\"rid\":1,\"id\":2147483648,\"password\":\"x\"}",
        "102 | {\"msgid\":1,\"rid\":1,\"id\":1}",
        "102 | {\"msgid\":6,\"rid\":1,\"toid\":1}",
        "102 | {\"msgid\":6,\"rid\":1,\"msg\":\"to whom\"}",
        "102 | {\"msgid\":6,\"rid\":1,\"toid\":1,\"msg\":[]}",
        "102 | {\"msgid\":6,\"rid\":1,\"toid\":1,\"msg\":\"half \\ud83d\"}",
        "102 | {\"msgid\":4,\"rid\":1,\"name\":7,\"password\":\"x\"}",
        "102 | {\"msgid\":10,\"rid\":1,\"groupid\":true,\"msg\":\"x\"}",
        "102 | {\"msgid\":12,\"rid\":\"one\"}",
        "102 | {\"msgid\":6,\"rid\":1,\"toid\":1,\"msg\":\"x\",\"cid\":\"\"}",
        "102 | {\"msgid\":6,\"rid\":1,\"toid\":1,\"msg\":\"x\",\"cid\":7}",
        "102 | {\"msgid\":6,\"rid\":1,\"toid\":1,\"msg\":\"x\",\"cid\":\"a b\"}",
        "102 | {\"msgid\":6,\"rid\":1,\"toid\":1,\"msg\":\"x\",\"cid\":\"\\u0000\"}",
        "102 | {\"msgid\":10,\"rid\":1,\"groupid\":1,\"msg\":\"x\","
            + "\"cid\":\"1234567890123456789012345678901234567\"}",
        "102 | {\"msgid\":18,\"rid\":1,\"received\":[]}",
        "102 | {\"msgid\":18,\"rid\":1,\"received\":{\"d1-2\":-1}}",
        "102 | {\"msgid\":18,\"rid\":1,\"received\":{\"d1-2\":9223372036854775808}}",
        "102 | {\"msgid\":18,\"rid\":1,\"received\":{\"d1-2\":null}}",
        "102 | {\"msgid\":18,\"rid\":1,\"received\":{\"d1-2\":{}}}",
        "102 | {\"msgid\":18,\"rid\":1,\"read\":{\"\":1}}",
        "102 | {\"msgid\":18,\"rid\":1,\"read\":{\"d2-1\":1}}",
        "102 | {\"msgid\":18,\"rid\":1,\"read\":{\"g0\":1}}",
        "102 | {\"msgid\":18,\"rid\":1,\"read\":{\"g99999999999\":1}}",
        "102 | {\"msgid\":1,\"rid\":1,\"token\":7}",
        "102 | {\"msgid\":1,\"rid\":1,\"token\":\"x\",\"ack\":1}",
        "102 | {\"msgid\":1,\"rid\":1,\"token\":\"x\",\"ack\":true,\"cursors\":{\"x\":1}}",
        "102 | {\"msgid\":21,\"rid\":1}",
        "102 | {\"msgid\":21,\"rid\":1,\"conversation\":\"d1\"}",
        "102 | {\"msgid\":21,\"rid\":1,\"conversation\":\"g1\",\"limit\":0}",
        "102 | {\"msgid\":21,\"rid\":1,\"conversation\":\"g1\",\"limit\":101}",
        "102 | {\"msgid\":21,\"rid\":1,\"conversation\":\"g1\",\"limit\":4294967297}",
        "102 | {\"msgid\":21,\"rid\":1,\"conversation\":\"g1\",\"before\":-1}",
        "102 | {\"msgid\":21,\"rid\":1,\"conversation\":\"g1\",\"before\":2,\"after\":1}",
        "102 | {\"msgid\":22,\"rid\":1,\"after_conversation\":\"x\"}",
        "102 | {\"msgid\":23,\"rid\":1,\"token\":[]}",
        "102 | {\"msgid\":24,\"rid\":1,\"password\":\"green-ladder-63\"}",
        "102 | {\"msgid\":24,\"rid\":1,\"current\":\"amber-wagon-41\"}",
        "200 | {\"msgid\":3,\"rid\":1}",
        "200 | {\"msgid\":6,\"rid\":1,\"toid\":1,\"msg\":\"hi\"}",
        "200 | {\"msgid\":7,\"rid\":1,\"friendid\":1}",
        "200 | {\"msgid\":8,\"rid\":1,\"groupname\":\"g\"}",
        "200 | {\"msgid\":9,\"rid\":1,\"groupid\":1}",
        "200 | {\"msgid\":10,\"rid\":1,\"groupid\":1,\"msg\":\"hi\"}",
        "200 | {\"msgid\":15,\"rid\":1}",
        "200 | {\"msgid\":16,\"rid\":1}",
        "200 | {\"msgid\":17,\"rid\":1,\"groupid\":1}",
        "200 | {\"msgid\":18,\"rid\":1,\"received\":{\"d1-2\":1}}",
        "200 | {\"msgid\":21,\"rid\":1,\"conversation\":\"g1\"}",
        "200 | {\"msgid\":22,\"rid\":1}",
        "200 | {\"msgid\":23,\"rid\":1}",
        "200 | {\"msgid\":24,\"rid\":1,\"current\":\"a\",\"password\":\"b\"}",
        "208 | {\"msgid\":1,\"rid\":1,\"token\":\"\",\"ack\":true,\"cursors\":{\"d1-2\":9}}",
      })
  void malformedAndEarlyRequestsAreRefused(int errno, String request) throws IOException {
    try (var user = server.connect()) {
      assertThat(errnoOf(user, request)).isEqualTo(errno);
      assertThat(user.isServed()).isTrue();
    }
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws IOException {
    try (var user = server.connect()) {
      user.write(new byte[] {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', ':', '1', '}', '\n'});
      assertThat(user.nextLine()).contains("\"errno\":100");
      assertThat(user.isServed()).isTrue();
    }
  }

  @Test
  void whatIsSaidMustBeFit() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      assertThat(alice.refusal(new Command.SendDirect(bob.id(), "")))
          .isEqualTo(ErrorCode.TEXT_EMPTY);
      assertThat(alice.refusal(new Command.SendDirect(bob.id(), "x".repeat(16_385))))
          .isEqualTo(ErrorCode.TEXT_TOO_LONG);
      assertThat(alice.refusal(new Command.SendDirect(bob.id(), "€".repeat(5_462))))
          .isEqualTo(ErrorCode.TEXT_TOO_LONG);
      alice.say(bob, "x".repeat(16_384));
      assertThat(bob.nextText()).hasSize(16_384);
      assertThat(alice.refusal(new Command.SendDirect(bob.id(), "")))
          .isEqualTo(ErrorCode.TEXT_EMPTY);
    }
  }

  @Test
  void recipientsMustExist() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      var group = bob.createGroup("group of " + bob.name());

      assertThat(alice.refusal(new Command.SendDirect(NOBODY, "hi")))
          .isEqualTo(ErrorCode.NO_SUCH_USER);
      assertThat(alice.refusal(new Command.AddFriend(NOBODY))).isEqualTo(ErrorCode.NO_SUCH_USER);
      assertThat(alice.refusal(new Command.SendGroup(NO_GROUP, "hi")))
          .isEqualTo(ErrorCode.NO_SUCH_GROUP);
      assertThat(alice.refusal(new Command.JoinGroup(NO_GROUP))).isEqualTo(ErrorCode.NO_SUCH_GROUP);
      assertThat(alice.refusal(new Command.ListMembers(NO_GROUP, null)))
          .isEqualTo(ErrorCode.NO_SUCH_GROUP);
      assertThat(alice.refusal(new Command.SendGroup(group, "hi")))
          .isEqualTo(ErrorCode.NOT_A_MEMBER);
      assertThat(alice.refusal(new Command.ListMembers(group, null)))
          .isEqualTo(ErrorCode.NOT_A_MEMBER);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " bob", "bob ", "a\nb", "a\0b", "a\u202eb"})
  void namesMustBeUsable(String name) {
    try (var alice = server.loggedIn("alice")) {
      assertThat(alice.refusal(new Command.Register(name, "x"))).isEqualTo(ErrorCode.NAME_INVALID);
      assertThat(alice.refusal(new Command.CreateGroup(name, "x")))
          .isEqualTo(ErrorCode.NAME_INVALID);
    }
  }

  @Test
  void namesPasswordsAndDescriptionsHaveLimits() {
    try (var alice = server.loggedIn("alice")) {
      assertThat(alice.refusal(new Command.Register("n".repeat(51), "x")))
          .isEqualTo(ErrorCode.NAME_INVALID);
      assertThat(alice.refusal(new Command.Register("someone", "")))
          .isEqualTo(ErrorCode.PASSWORD_INVALID);
      assertThat(alice.refusal(new Command.Register("someone", "x".repeat(1025))))
          .isEqualTo(ErrorCode.PASSWORD_INVALID);
      assertThat(alice.refusal(new Command.CreateGroup("some group", "d".repeat(201))))
          .isEqualTo(ErrorCode.DESCRIPTION_TOO_LONG);
      assertThat(alice.refusal(new Command.Register(alice.name(), "x")))
          .isEqualTo(ErrorCode.NAME_TAKEN);
    }
  }

  @Test
  void groupNamesAreTakenOnce() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      alice.createGroup("the only one");
      assertThat(bob.refusal(new Command.CreateGroup("the only one", "")))
          .isEqualTo(ErrorCode.NAME_TAKEN);
    }
  }

  @Test
  void listsHaveLimits() {
    try (var alice = server.loggedIn("alice");
        var bob = server.loggedIn("bob")) {
      alice.befriend(bob);
      var group = alice.createGroup("group of " + alice.name());

      assertThat(alice.refusal(new Command.AddFriend(alice.id())))
          .isEqualTo(ErrorCode.LIMIT_REACHED);
      assertThat(alice.refusal(new Command.CreateGroup("one more", "")))
          .isEqualTo(ErrorCode.LIMIT_REACHED);
      var other = bob.createGroup("group of " + bob.name());
      assertThat(alice.refusal(new Command.JoinGroup(other))).isEqualTo(ErrorCode.LIMIT_REACHED);

      // One who stands there already stays.
      alice.befriend(bob);
      alice.join(group);
    }
  }

  @Test
  void tooManyMessagesAtOnceAreRefusedAndNoneIsLost() {
    try (var small = TestServer.start("log.queue=16", "log.batch=1");
        var alice = small.loggedIn("alice");
        var bob = small.loggedIn("bob")) {
      alice.say(bob, "first");
      var rids = new ArrayList<Long>();
      for (int i = 0; i < 500; i++) {
        rids.add(alice.send(new Command.SendDirect(bob.id(), "message " + i)));
      }

      var sent = new ArrayList<String>();
      int refused = 0;
      for (int i = 0; i < rids.size(); i++) {
        switch (alice.reply(rids.get(i))) {
          case Reply.Sent _ -> sent.add("message " + i);
          case Reply.Failed(var code, var _, var retryAfter) -> {
            assertThat(code).isEqualTo(ErrorCode.BUSY);
            assertThat(retryAfter).isNotNull();
            refused++;
          }
          default -> throw new AssertionError();
        }
      }

      assertThat(refused).isPositive();
      assertThat(bob.nextText()).isEqualTo("first");
      sent.forEach(text -> assertThat(bob.nextText()).isEqualTo(text));
    }
  }

  @Test
  void tooManyLoginsAtOnceAreRefused() {
    try (var small =
            TestServer.start(
                "account.hash_threads=1", "account.hash_queue=1", "account.hash_memory_kib=16384");
        var alice = small.registered("alice")) {
      var strangers = new ArrayList<TestUser>();
      for (int i = 0; i < 20; i++) {
        var stranger = small.connect();
        stranger.actAs(alice);
        strangers.add(stranger);
      }

      strangers.forEach(stranger -> stranger.send(stranger.loginCommand()));
      var replies = strangers.stream().map(stranger -> stranger.reply(1)).toList();

      assertThat(replies).hasAtLeastOneElementOfType(Reply.LoggedIn.class);
      assertThat(replies)
          .filteredOn(Reply.Failed.class::isInstance)
          .isNotEmpty()
          .allSatisfy(reply -> assertThat(((Reply.Failed) reply).code()).isEqualTo(ErrorCode.BUSY));
      strangers.forEach(TestUser::close);
    }
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsToldAndSessionsStay() throws SQLException {
    try (var locked = TestServer.start("storage.statement_timeout=200ms");
        var alice = locked.loggedIn("alice");
        var bob = locked.loggedIn("bob")) {
      alice.say(bob, "before");
      try (var other = DriverManager.getConnection("jdbc:sqlite:" + locked.databaseFile());
          var statement = other.createStatement()) {
        statement.execute("BEGIN EXCLUSIVE");
        assertThat(alice.refusal(new Command.SendDirect(bob.id(), "meanwhile")))
            .isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
        assertThat(alice.request(new Command.CreateGroup("no group", "")))
            .isInstanceOfSatisfying(
                Reply.Failed.class,
                failed -> {
                  assertThat(failed.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
                  assertThat(failed.retryAfter()).isNotNull();
                });
        assertThat(alice.isServed()).isTrue();
        statement.execute("ROLLBACK");
      }

      assertThat(alice.say(bob, "after").seq()).isEqualTo(2);
      assertThat(bob.nextText()).isEqualTo("before");
      assertThat(bob.nextText()).isEqualTo("after");
    }
  }
}
