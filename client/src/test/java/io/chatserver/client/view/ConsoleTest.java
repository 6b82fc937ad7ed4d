package io.chatserver.client.view;

import static io.chatserver.client.FakeServer.ALICE;
import static io.chatserver.client.FakeServer.BOB;
import static io.chatserver.client.FakeServer.FAMILY;
import static io.chatserver.client.FakeServer.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.client.FakeServer;
import io.chatserver.client.command.Outcome;
import io.chatserver.client.net.ChatConnector;
import io.chatserver.client.net.ConnectionSettings;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
  private static final String MENU = "1 login  2 register  3 quit: ";
  private static final String END_OF_INPUT = "\u0004";
  private static final String INTERRUPT = "\u0003";

  @TempDir Path directory;

  private final FakeServer server = FakeServer.start();
  private final ChatConnector connector = ChatConnector.nio(1);
  private final TestTerminal person = new TestTerminal();

  @AfterEach
  void stop() {
    connector.close();
    server.close();
  }

  @Test
  void logsInChatsAndLeaves() {
    var run = start(null);
    logInAtTheMenu();
    person.typeAfter("> ", "/msg bob hello\r");
    person.waitFor("[1]alice to [2]bob said: hello");
    push("good evening");
    person.waitFor("[2]bob said: good evening");
    person.typeAfter("> ", "/quit\r");

    assertThat(run.join()).isEqualTo(Outcome.DONE);
    assertThat(person.text())
        .contains("connected to 127.0.0.1:", "[2]bob online", "[7]family, 2 members: all of us")
        .doesNotContain("secret");
    assertThat(server.received()).contains(new Command.SendDirect(BOB, "hello"));
  }

  @Test
  void thePasswordIsAskedForAtOnceWhereTheUserIsKnown() {
    var run = start("1");
    person.typeAfter("password: ", "secret\r");
    person.typeAfter("welcome [1]alice", END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
    assertThat(server.received())
        .contains(new Command.Login(new Command.Identity.ById(ALICE), "secret"));
  }

  @Test
  void registersAndLogsIn() {
    var run = start(null);
    person.typeAfter(MENU, "2\r");
    person.typeAfter("name: ", "alice\r");
    person.typeAfter("password: ", "secret\r");
    person.typeAfter("again: ", "secert\r");
    person.waitFor("the passwords differ");
    person.typeAfter(MENU, "2\r");
    person.typeAfter("name: ", "alice\r");
    person.typeAfter("password: ", "secret\r");
    person.typeAfter("again: ", "secret\r");
    person.waitFor("registered: your id is 1");
    person.typeAfter("welcome", END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
  }

  @Test
  void aRefusedLoginLeadsBackToTheMenu() {
    server.answerWith(_ -> new Reply.Failed(ErrorCode.INVALID_CREDENTIALS, ""));
    var run = start(null);
    person.typeAfter(MENU, "1\r");
    person.typeAfter("name: ", "alice\r");
    person.typeAfter("password: ", "wrong\r");
    person.waitFor("refused: id or password is invalid!");
    person.typeAfter(MENU, "1\r");
    person.typeAfter("name: ", "0\r");
    person.waitFor("0 is not an id");
    person.typeAfter(MENU, "1\r");
    person.typeAfter("name: ", INTERRUPT);
    person.typeAfter(MENU, "nonsense\r");
    person.typeAfter(MENU, "3\r");

    assertThat(run.join()).isEqualTo(Outcome.DONE);
  }

  @Test
  void aServerThatIsAwayEndsIt() {
    server.stopListening();

    assertThat(start(null).join()).isEqualTo(Outcome.CANNOT_CONNECT);
    assertThat(person.text()).contains("cannot connect to 127.0.0.1:", "Connection refused");
  }

  @Test
  void plainLinesGoWhereThePromptSays() {
    var run = start(null);
    logInAtTheMenu();
    person.typeAfter("> ", "hello?\r");
    person.waitFor("failed (say to whom first, with /to; /help lists the commands): hello?");
    person.typeAfter("> ", "/to fam\t\r");
    person.typeAfter("#family> ", "hello\r");
    person.waitFor("group[7]family: ");
    person.typeAfter("#family> ", "/to 2\r");
    person.typeAfter("bob> ", "hi\r");
    person.waitFor("[1]alice to [2]bob said: hi");
    person.typeAfter("bob> ", END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
    assertThat(server.received())
        .contains(new Command.SendGroup(FAMILY, "hello"), new Command.SendDirect(BOB, "hi"));
  }

  @Test
  void anInterruptGivesTheLineUp() {
    var run = start(null);
    logInAtTheMenu();
    person.typeAfter("> ", "/msg bob oops" + INTERRUPT);
    person.typeAfter("> ", "/msg bob fine\r");
    person.waitFor("said: fine");
    person.typeAfter("> ", END_OF_INPUT);
    run.join();

    assertThat(server.received())
        .contains(new Command.SendDirect(BOB, "fine"))
        .doesNotContain(new Command.SendDirect(BOB, "oops"));
  }

  @Test
  void tellsWhatWasRefusedAndWhy() {
    var run = start(null);
    logInAtTheMenu();
    server.answerWith(_ -> new Reply.Failed(ErrorCode.BUSY, "", Duration.ofMillis(1500)));
    person.typeAfter("> ", "/msg 2 \"don't\" panic\\\r");
    person.waitFor(
        "failed (too much at once, try again (again in 1.5 s)): /msg 2 \"don't\" panic\\");
    person.typeAfter("> ", END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
  }

  @Test
  void showsListsAndTheHelp() {
    var run = start(null);
    logInAtTheMenu();
    person.typeAfter("> ", "help\r");
    person.waitFor("chat:friendid:message");
    person.typeAfter("> ", "/members 7\r");
    person.waitFor("  [1]alice creator online");
    person.waitFor("  [2]bob offline");
    person.typeAfter("> ", "/addfriend 3\r");
    person.waitFor("friend: [3]carol offline");
    person.typeAfter("> ", "/join 8\r");
    person.waitFor("in group: [8]club, 5 members");
    person.typeAfter("> ", "/friends\r");
    person.waitFor("friends:");
    person.typeAfter("> ", "/groups\r");
    person.waitFor("groups:");
    person.typeAfter("> ", END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
  }

  @Test
  void logsOutToTheMenuAndInAgain() {
    var run = start(null);
    logInAtTheMenu();
    person.typeAfter("> ", "/to bob\r");
    person.typeAfter("bob> ", "loginout\r");
    person.waitFor("logged out");
    logInAtTheMenu();
    person.typeAfter("> ", END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
  }

  @Test
  void tellsOfALostConnectionAndComesBack() {
    var run = start(null);
    logInAtTheMenu();
    person.waitFor("> ");
    server.dropConnections();
    person.waitFor("connection lost: the server closed it");
    person.waitFor("trying again in ");
    person.waitFor("logged in as [1]alice");
    person.typeAfter("> ", END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
  }

  @Test
  void aSessionThatIsOverLeadsBackToTheMenu() {
    var run = start(null);
    logInAtTheMenu();
    person.waitFor("> ");
    server.push(new Push.Closing(DisconnectReason.REPLACED));
    server.dropConnections();
    person.typeAfter(
        "the session is over (the account logged in elsewhere): press Enter", "hello\r");
    person.waitFor("failed (the session is over): hello");
    logInAtTheMenu();
    person.typeAfter("> ", END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
  }

  @Test
  void theHistoryHasLinesButNoPasswordsAndIsTheUsersOwn() throws IOException {
    var run = start(null);
    logInAtTheMenu();
    person.typeAfter("> ", "/friends\r");
    person.waitFor("friends:");
    person.typeAfter("> ", END_OF_INPUT);
    run.join();

    var history = directory.resolve("history");
    assertThat(history).content().contains("/friends").doesNotContain("secret", "alice");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
        .isEqualTo("rw-------");
  }

  @Test
  void whatOthersWroteDoesNotReachTheTerminalRaw() {
    var run = start(null);
    logInAtTheMenu();
    person.waitFor("> ");
    push("\u001b]0;owned\u0007\u001b[2J");
    person.typeAfter("␛]0;owned␇␛[2J", END_OF_INPUT);
    run.join();

    assertThat(person.bytes()).doesNotContain("\u001b]0;owned", "\u001b[2J");
  }

  private CompletableFuture<Outcome> start(@Nullable String user) {
    var settings = ConnectionSettings.of("127.0.0.1", server.port());
    var options = new Console.Options(user, directory.resolve("history"), false);
    return CompletableFuture.supplyAsync(() -> {
      try {
        return Console.run(person.terminal(), connector, settings, options);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  private void logInAtTheMenu() {
    person.typeAfter(MENU, "1\r");
    person.typeAfter("name: ", "alice\r");
    person.typeAfter("password: ", "secret\r");
    person.waitFor("/help lists the commands");
  }

  private void push(String text) {
    var conversation = ConversationId.direct(ALICE, BOB);
    server.push(
        new Push.MessageReceived(new ChatMessage(conversation, 100, BOB, "bob", NOON, text)));
  }
}
