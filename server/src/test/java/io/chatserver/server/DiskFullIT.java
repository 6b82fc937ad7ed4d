package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.bench.process.ServerProcess;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No room for the embedded database: what cannot be stored is refused, what was is not harmed. */
class DiskFullIT {
  /** More than the database has at first, less than the least to which its log is cut. */
  private static final long ROOM = 2 * 1024 * 1024;

  /** More messages than that is room for. */
  private static final int ENOUGH = 2000;

  @TempDir private Path directory;

  private static Command message(TestUser to, int number) {
    var text = number + "x".repeat(4000);
    return new Command.SendDirect(to.id(), text, new ClientMessageId("m" + number));
  }

  private static void say(TestUser from, TestUser to, int number) {
    assertThat(from.request(message(to, number)))
        .isInstanceOfSatisfying(Reply.Sent.class, sent -> assertThat(sent.seq()).isEqualTo(number));
  }

  private static void checkRefused(Reply reply) {
    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
              assertThat(failed.retryAfter()).isNotNull();
            });
  }

  /** Says one thing after the other, and tells the number of the first that is refused. */
  private static int sayUntilRefused(TestUser from, TestUser to) {
    for (int number = 1; number < ENOUGH; number++) {
      if (!(from.request(message(to, number)) instanceof Reply.Sent)) {
        return number;
      }
    }
    throw new AssertionError("the disk is never full");
  }

  private static void read(TestUser user, int from, int to) {
    for (int number = from; number <= to; number++) {
      var next = user.nextMessage();
      assertThat(next.seq()).isEqualTo(number);
      assertThat(next.text()).startsWith(number + "x");
    }
  }

  private void checkDatabase(int messages) throws SQLException {
    try (var database = DriverManager.getConnection("jdbc:sqlite:" + directory + "/chat.db");
        var statement = database.createStatement()) {
      try (var rows = statement.executeQuery("PRAGMA integrity_check")) {
        assertThat(rows.getString(1)).isEqualTo("ok");
      }
      try (var rows = statement.executeQuery("SELECT COUNT(*), MAX(seq) FROM log_entry")) {
        assertThat(rows.getInt(1)).isEqualTo(messages);
        assertThat(rows.getInt(2)).isEqualTo(messages);
      }
    }
  }

  @Test
  void isToldHarmsNothingAndPasses() throws SQLException {
    try (var server = ServerProcess.start(ServerProcess.embedded(directory));
        var alice = TestUser.connect(server.port());
        var bob = TestUser.connect(server.port())) {
      alice.register("alice");
      bob.register("bob");
      alice.logIn();
      bob.logIn();

      server.limitFiles(ROOM);
      int refused = sayUntilRefused(alice, bob);
      for (int i = 0; i < 3; i++) {
        checkRefused(alice.request(message(bob, refused)));
        checkRefused(alice.request(new Command.SendDirect(alice.id(), "y".repeat(16_000))));
      }
      read(bob, 1, refused - 1);
      assertThat(bob.isServed()).isTrue();
      var conversation = ConversationId.direct(alice.id(), bob.id());
      assertThat(alice.request(new Command.History(conversation, null, 0L, 1)))
          .isInstanceOf(Reply.History.class);
      checkDatabase(refused - 1);

      server.unlimitFiles();
      for (int number = refused; number < refused + 10; number++) {
        say(alice, bob, number);
      }
      read(bob, refused, refused + 9);

      server.limitFiles(1);
      checkRefused(alice.request(message(bob, refused + 10)));
      assertThat(server.output()).doesNotContain("\tat ");
      server.kill();
      checkDatabase(refused + 9);
      server.restart();
      try (var aliceAgain = TestUser.connect(server.port());
          var reader = TestUser.connect(server.port())) {
        aliceAgain.actAs(alice);
        aliceAgain.logIn();
        say(aliceAgain, bob, refused + 10);
        reader.actAs(bob);
        reader.logIn();
        var last = reader.nextMessage();
        while (last.seq() < refused + 10) {
          last = reader.nextMessage();
        }
        checkDatabase(refused + 10);
      }
    }
  }
}
