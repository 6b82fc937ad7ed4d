package io.chatserver.client.view;

import static io.chatserver.client.FakeServer.ALICE;
import static io.chatserver.client.FakeServer.BOB;
import static io.chatserver.client.FakeServer.FAMILY;
import static io.chatserver.client.FakeServer.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.client.FakeServer;
import io.chatserver.client.command.Outcome;
import io.chatserver.client.net.ChatConnector;
import io.chatserver.client.net.ConnectionSettings;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.SessionToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
  private static final ConversationId WITH_BOB = ConversationId.direct(ALICE, BOB);
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
    assertThat(server.log().texts(WITH_BOB)).containsExactly("hello", "good evening");
  }

  @Test
  void thePasswordIsAskedForAtOnceWhereTheUserIsKnown() {
    var run = start("1");
    person.typeAfter("password: ", "secret\r");
    person.typeAfter("welcome [1]alice", END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
    var password = new Command.Credentials.Password(new Command.Identity.ById(ALICE), "secret");
    assertThat(server.received())
        .anyMatch(command ->
            command instanceof Command.Login login && login.credentials().equals(password));
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
  void thereIsNoConnectionWhileTheMenuIsShown() {
    server.answerWith(_ -> new Reply.Failed(ErrorCode.INVALID_CREDENTIALS, ""));
    var run = start(null);
    person.waitFor(MENU);
    await().until(() -> server.connectionCount() == 0);
    person.type("1\r");
    person.typeAfter("name: ", "alice\r");
    person.typeAfter("password: ", "wrong\r");
    person.waitFor("refused: id or password is invalid!");
    await().until(() -> server.connectionCount() == 0);
    server.answerWith(server::friendlyAnswer);
    logInAtTheMenu();
    await().until(() -> server.connectionCount() == 1);
    person.typeAfter("> ", "/logout\r");
    person.waitFor("logged out");
    await().until(() -> server.connectionCount() == 0);
    logInAtTheMenu();
    person.typeAfter("> ", END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
    assertThat(person.text()).containsOnlyOnce("connected to").doesNotContain("lost");
  }

  @Test
  void aServerThatGoesAwayWhileTheMenuIsShownIsToldAndTriedAgain() {
    var run = start(null);
    person.waitFor(MENU);
    server.stopListening();
    person.type("1\r");
    person.typeAfter("name: ", "alice\r");
    person.typeAfter("password: ", "secret\r");
    person.waitFor("no answer: Connection refused");
    server.listenAgain();
    logInAtTheMenu();
    person.typeAfter("> ", END_OF_INPUT);

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
    assertThat(server.log().texts(ConversationId.group(FAMILY))).containsExactly("hello");
    assertThat(server.log().texts(WITH_BOB)).containsExactly("hi");
  }

  @Test
  void anInterruptAtTheMenuLeaves() {
    var run = start(null);
    person.typeAfter(MENU, INTERRUPT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
  }

  @Test
  void aLongLineThatIsPastedIsOneMessage() {
    var run = start(null);
    logInAtTheMenu();
    person.typeAfter("> ", "/to bob\r");
    var text = "x\uD83D\uDE00".repeat(500);
    person.typeAfter("bob> ", text + "\r");
    await().until(() -> server.log().texts(WITH_BOB).contains(text));
    person.type(END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
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

    assertThat(server.log().texts(WITH_BOB)).containsExactly("fine");
  }

  @Test
  void tellsWhatWasRefusedAndWhy() {
    var run = start(null);
    logInAtTheMenu();
    server.answerWith(_ -> new Reply.Failed(ErrorCode.BUSY, "", Duration.ofMillis(1500)));
    person.typeAfter("> ", "/friends\r");
    person.waitFor("failed (too much at once, try again (again in 1.5 s)): /friends");
    server.answerWith(_ -> new Reply.Failed(ErrorCode.NO_SUCH_USER, ""));
    person.typeAfter("> ", "/msg 2 \"don't\" panic\\\r");
    person.waitFor("failed (no such user): /msg 2 \"don't\" panic\\");
    person.typeAfter("> ", END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
  }

  @Test
  void whatIsTypedWithoutAConnectionWaitsForItAndIsTold() {
    var run = start(null);
    logInAtTheMenu();
    server.stopListening();
    server.dropConnections();
    person.waitFor("Enter tries at once");
    person.type("/msg bob later\r");
    person.waitFor("waits for the connection: later");
    server.listenAgain();
    person.waitFor("[1]alice to [2]bob said: later");
    server.push(new Push.Receipt(WITH_BOB, BOB, new Place(1, 1)));
    person.waitFor("bob has read your message");
    person.typeAfter("> ", "/history\r");
    person.waitFor("failed (say of which conversation first, with /to): /history");
    person.typeAfter("> ", "/to bob\r");
    person.typeAfter("bob> ", "/history 5\r");
    person.waitFor("[1]alice to [2]bob said: later");
    person.typeAfter("bob> ", END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
  }

  @Test
  void whoLeavesIsToldWhatIsUnsentAndLaterThatItIsSent() {
    server.answerWith(
        command -> command instanceof Command.SendDirect ? null : server.friendlyAnswer(command));
    var run = start(null);
    logInAtTheMenu();
    person.typeAfter("> ", "/msg bob later\r");
    person.typeAfter("> ", "/quit\r");
    person.waitFor("not sent yet, and sent after the next login: to bob: later");
    run.join();
    server.answerWith(server::friendlyAnswer);

    var next = new TestTerminal();
    var second = start(next, "alice");
    next.typeAfter("password: ", "secret\r");
    next.waitFor("not sent yet, and sent now: to bob: later");
    next.waitFor("[1]alice to [2]bob said: later");
    next.typeAfter("> ", END_OF_INPUT);

    assertThat(second.join()).isEqualTo(Outcome.DONE);
  }

  @Test
  void aTokenSparesThePassword() {
    server.answerWith(command ->
        switch (command) {
          case Command.Login login when login.remember() ->
              new Reply.LoggedIn(
                  ALICE,
                  "alice",
                  List.of(),
                  List.of(),
                  List.of(),
                  new SessionToken("token", Duration.ofDays(1)));
          default -> server.friendlyAnswer(command);
        });
    var run = start(null);
    logInAtTheMenu();
    person.typeAfter("> ", END_OF_INPUT);
    run.join();

    var next = new TestTerminal();
    var second = start(next, "alice");
    next.typeAfter("welcome [1]alice", END_OF_INPUT);

    assertThat(second.join()).isEqualTo(Outcome.DONE);
    assertThat(next.text()).doesNotContain("password");
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
  void aMoveToAnotherServerIsNotNoticed() {
    var run = start(null);
    logInAtTheMenu();
    server.push(new Push.Closing(DisconnectReason.SHUTDOWN, Duration.ZERO));
    server.dropConnections();
    await().until(() -> logins() == 2);
    person.typeAfter("> ", "/friends\r");
    person.waitFor("friends:");
    person.typeAfter("> ", END_OF_INPUT);

    assertThat(run.join()).isEqualTo(Outcome.DONE);
    assertThat(person.text()).doesNotContain("lost", "trying", "moving", "logged in as", "failed");
  }

  private long logins() {
    return server.received().stream().filter(Command.Login.class::isInstance).count();
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
    return start(person, user);
  }

  private CompletableFuture<Outcome> start(TestTerminal terminal, @Nullable String user) {
    var settings = ConnectionSettings.of("127.0.0.1", server.port());
    var options = new Console.Options(user, directory, false, true);
    return CompletableFuture.supplyAsync(() -> {
      try {
        return Console.run(terminal.terminal(), connector, settings, options);
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
