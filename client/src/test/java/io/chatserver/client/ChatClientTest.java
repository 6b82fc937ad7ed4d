package io.chatserver.client;

import static io.chatserver.client.FakeServer.ALICE;
import static io.chatserver.client.FakeServer.BOB;
import static io.chatserver.client.FakeServer.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the client without a terminal, from its arguments to its exit code. */
class ChatClientTest {
  @TempDir Path directory;

  private final FakeServer server = FakeServer.start();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final StringWriter errors = new StringWriter();
  private Path passwordFile = Path.of("");

  @BeforeEach
  void writePassword() throws IOException {
    passwordFile = Files.writeString(directory.resolve("password"), "secret\r\nsecond line\n");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void logsInWithThePasswordOfTheFile() {
    assertThat(runAs("alice", "")).isZero();

    var who = new Command.Identity.ByName("alice");
    assertThat(server.received())
        .first()
        .isEqualTo(
            new Command.Login(
                new Command.Credentials.Password(who, "secret"),
                true,
                new Command.Resume(Map.of()),
                true));
    assertThat(lines())
        .containsExactly(
            "state\tconnected\t127.0.0.1:" + server.port(), "state\tlogged-in\t1\talice");
  }

  @Test
  void registersFirstWhereItIsTold() {
    assertThat(runAs("alice", "", "--register")).isZero();

    assertThat(server.received().getFirst()).isEqualTo(new Command.Register("alice", "secret"));
    assertThat(lines()).contains("registered\t1");
  }

  @Test
  void printsALineForWhatEveryCommandBrought() {
    int exitCode =
        runAs(
            "1",
            """
            /msg bob hello\tyou
            chat:2:again

            /to family
            /group family hi
            plain words
            /history 1
            /to 2
            /addfriend 3
            /creategroup club we meet
            addgroup:9
            /friends
            /groups
            /members 7
            /logout
            /friends
            """);

    assertThat(exitCode).isZero();
    assertThat(eventLines())
        .containsExactly(
            "sent\td1-2\t1\t2026-11-21T12:00:00.000Z\thello\\tyou",
            "sent\td1-2\t2\t2026-11-21T12:00:00.000Z\tagain",
            "talking-to\tgroup\t7",
            "sent\tg7\t1\t2026-11-21T12:00:00.000Z\thi",
            "sent\tg7\t2\t2026-11-21T12:00:00.000Z\tplain words",
            "history\tg7\t2\t2026-11-21T12:00:00.000Z\t1\talice\tplain words",
            "done\thistory",
            "talking-to\tuser\t2",
            "friend-added\t3\toffline\tcarol",
            "in-group\t8\t1\tclub\twe meet",
            "in-group\t9\t5\tclub\t",
            "friend\t2\tonline\tbob",
            "done\tlist-friends",
            "group\t7\t2\tfamily\tall of us",
            "done\tlist-groups",
            "member\t7\t1\tcreator\tonline\talice",
            "member\t7\t2\tnormal\toffline\tbob",
            "done\tlist-members",
            "done\tlogout");
  }

  @Test
  void aFailedCommandPrintsAnErrorAndShowsInTheExitCode() {
    server.answerWith(command ->
        command instanceof Command.SendDirect
            ? new Reply.Failed(ErrorCode.NO_SUCH_USER, "99")
            : server.friendlyAnswer(command));

    int exitCode =
        runAs(
            "alice",
            """
            /msg 99 hello
            /msg dora hello
            hello
            chat:bob:hi
            /nope
            /history
            /history 0
            /group 7 hi
            """);

    assertThat(exitCode).isEqualTo(1);
    assertThat(eventLines())
        .containsExactlyInAnyOrder(
            "error\t203\tno such user: 99\t/msg 99 hello",
            "error\tunknown-name\tno user is named dora\t/msg dora hello",
            "error\tusage\tsay to whom first, with /to; /help lists the commands\thello",
            "error\tusage\tusage: chat:friendid:message\tchat:bob:hi",
            "error\tusage\tthere is no /nope; /help lists the commands\t/nope",
            "error\tusage\tsay of which conversation first, with /to\t/history",
            "error\tusage\tN is a number from 1 to 100; usage: /history [N]\t/history 0",
            "sent\tg7\t1\t2026-11-21T12:00:00.000Z\thi");
  }

  @Test
  void printsTheHelp() {
    assertThat(runAs("alice", "help\n/quit\n/friends\n")).isZero();

    assertThat(eventLines())
        .contains("help\t/friends                         list your friends")
        .doesNotContain("done\tlist-friends");
  }

  @Test
  void lingersForMessages() throws Exception {
    var exitCode = inBackground(() -> runAs("alice", "", "--linger", "60"));
    await().until(() -> output.toString(StandardCharsets.UTF_8).contains("logged-in"));
    var conversation = ConversationId.direct(ALICE, BOB);

    server.push(
        new Push.MessageReceived(
            new ChatMessage(conversation, 1, BOB, "bob", NOON, "two\nlines\u001b[0m")));
    server.push(new Push.Closing(DisconnectReason.REPLACED));
    server.dropConnections();

    assertThat(exitCode.get()).isEqualTo(5);
    assertThat(lines())
        .containsSubsequence(
            "message\td1-2\t1\t2026-11-21T12:00:00.000Z\t2\tbob\ttwo\\nlines\\u001b[0m",
            "state\tlost\tthe account logged in elsewhere",
            "state\tgave-up\tthe account logged in elsewhere");
  }

  @Test
  void whatCouldNotBeSentIsToldAndSentByTheNextRun() throws Exception {
    server.answerWith(
        command -> command instanceof Command.SendDirect ? null : server.friendlyAnswer(command));
    var exitCode =
        inBackground(() -> runAs("alice", "/msg bob hello\n/msg bob you\n", "--linger", "60"));
    await().until(() -> server.received().stream().anyMatch(Command.SendDirect.class::isInstance));
    await().until(() -> output.toString(StandardCharsets.UTF_8).contains("queued\td1-2\tyou"));
    server.push(new Push.Closing(DisconnectReason.REPLACED));
    server.dropConnections();

    assertThat(exitCode.get()).isEqualTo(5);
    assertThat(eventLines()).endsWith("unsent\td1-2\thello", "unsent\td1-2\tyou");
    assertThat(eventLines()).noneMatch(line -> line.startsWith("sent\t"));
    server.answerWith(server::friendlyAnswer);
    output.reset();
    assertThat(runAs("alice", "/friends\n/msg bob third\n")).isZero();
    assertThat(eventLines())
        .containsSubsequence("unsent\td1-2\thello", "unsent\td1-2\tyou")
        .containsSubsequence(
            "sent\td1-2\t1\t2026-11-21T12:00:00.000Z\thello",
            "sent\td1-2\t2\t2026-11-21T12:00:00.000Z\tyou",
            "sent\td1-2\t3\t2026-11-21T12:00:00.000Z\tthird");
  }

  @Test
  void tellsWhatIsUnreadAndHowFarTheOtherOneIs() throws Exception {
    var conversation = ConversationId.direct(ALICE, BOB);
    server.log().bobSays(conversation, "one");
    var exitCode = inBackground(() -> runAs("alice", "", "--linger", "60"));
    await().until(() -> output.toString(StandardCharsets.UTF_8).contains("unread\td1-2\t1"));

    server.push(new Push.Receipt(conversation, BOB, new Place(7, 5)));
    server.push(new Push.Closing(DisconnectReason.REPLACED));
    server.dropConnections();

    assertThat(exitCode.get()).isEqualTo(5);
    assertThat(lines()).contains("receipt\td1-2\t2\t7\t5");
  }

  @Test
  void lingeringEnds() {
    assertThat(runAs("alice", "", "--linger", "0.05")).isZero();
  }

  @Test
  void waitsForALostConnectionBeforeTheNextCommand() throws Exception {
    try (var input = new PipedOutputStream();
        var in = new PipedInputStream(input)) {
      var exitCode = inBackground(() -> run(in, arguments("alice")));
      await().until(() -> output.toString(StandardCharsets.UTF_8).contains("logged-in"));

      server.dropConnections();
      await().until(() -> output.toString(StandardCharsets.UTF_8).contains("state\tretrying\t"));
      input.write("/msg bob hello\n/quit\n".getBytes(StandardCharsets.UTF_8));
      input.flush();

      assertThat(exitCode.get()).isZero();
    }
    assertThat(lines()).contains("sent\td1-2\t1\t2026-11-21T12:00:00.000Z\thello");
  }

  @Test
  void manyTextsFollowEachOtherInOrder() {
    var input = new StringBuilder();
    for (int i = 1; i <= 3000; i++) {
      input.append("/msg bob number ").append(i).append('\n');
    }

    assertThat(runAs("alice", input.toString())).isZero();

    assertThat(eventLines()).hasSize(3000);
    assertThat(eventLines().getLast()).startsWith("sent\td1-2\t3000\t").endsWith("\tnumber 3000");
  }

  @Test
  void aServerThatIsAwayIsItsOwnExitCode() {
    server.stopListening();

    assertThat(runAs("alice", "/friends\n")).isEqualTo(3);

    assertThat(lines().getFirst()).startsWith("error\tnot-connected\tConnection refused");
  }

  @Test
  void aRefusedLoginIsItsOwnExitCode() {
    server.answerWith(_ -> new Reply.Failed(ErrorCode.INVALID_CREDENTIALS, ""));

    assertThat(runAs("alice", "/friends\n")).isEqualTo(4);

    assertThat(eventLines()).containsExactly("error\t1\tid or password is invalid!\tlogin");
  }

  @Test
  void aRefusedRegistrationIsToo() {
    server.answerWith(_ -> new Reply.Failed(ErrorCode.NAME_INVALID, ""));

    assertThat(runAs("alice", "", "--register")).isEqualTo(4);

    assertThat(eventLines()).containsExactly("error\t105\tnot a usable name\tregister");
  }

  @Test
  void anAccountThatIsThereIsLoggedInTo() {
    server.answerWith(command ->
        command instanceof Command.Register
            ? new Reply.Failed(ErrorCode.NAME_TAKEN, "")
            : server.friendlyAnswer(command));

    assertThat(runAs("alice", "", "--register")).isZero();
  }

  @Test
  void asksForNamesThatItDoesNotKnow() {
    assertThat(runAs("alice", "/msg carol hello\n/join club\n/to #club\nhi\n/msg dora hello\n"))
        .isEqualTo(1);

    assertThat(eventLines())
        .contains("error\tunknown-name\tno user is named dora\t/msg dora hello");
    assertThat(server.received())
        .contains(
            new Command.Find("carol"),
            new Command.JoinGroup(new GroupId(9)),
            new Command.Find("dora"));
    assertThat(server.log().texts(ConversationId.direct(ALICE, new UserId(3))))
        .containsExactly("hello");
  }

  @Test
  void readsInputAsUtf8AndSkipsAByteOrderMark() throws IOException {
    Files.writeString(passwordFile, "\uFEFFsecret\r\n");
    var input = new ByteArrayOutputStream();
    input.write("\uFEFF/friends\r\n/msg bob na\u00EFve\rline\n".getBytes(StandardCharsets.UTF_8));
    input.write("/msg bob na\u00EFve\n/groups\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(run(new ByteArrayInputStream(input.toByteArray()), arguments("alice"))).isEqualTo(1);

    assertThat(eventLines())
        .contains("error\tnot-utf-8\tnot done: line 3: it is not in UTF-8\t")
        .contains("done\tlist-groups");
    assertThat(server.log().texts(ConversationId.direct(ALICE, BOB)))
        .containsExactly("na\u00EFve\rline");
  }

  @Test
  void wrongUsageIsToldInWords() {
    assertUsage("--password-file goes with --user", "--password-file", passwordFile.toString());
    assertUsage("give --user and --password-file");
    assertUsage("--register and --linger go with --password-file", "--user", "x", "--register");
    assertUsage("port cannot be 0", "127.0.0.1", "0");
    assertUsage("Invalid value for positional parameter", "127.0.0.1", "many");
    assertUsage("cannot read the password file", "--user", "x", "--password-file", "/nowhere");
    assertUsage(
        "--register needs a name",
        "--user",
        "7",
        "--register",
        "--password-file",
        passwordFile.toString());
    assertUsage("0 is not an id", "--user", "0", "--password-file", passwordFile.toString());
    assertUsage("Unknown option: '--password'", "--password", "secret");
  }

  @Test
  void explainsItself() {
    assertThat(run(InputStream.nullInputStream(), List.of("--help"))).isZero();
    assertThat(lines().getFirst()).startsWith("Usage: client ");
    assertThat(lines())
        .anyMatch(line -> line.contains("4    the login or registration was refused"));
    output.reset();

    assertThat(run(InputStream.nullInputStream(), List.of("--version"))).isZero();
    assertThat(lines()).containsExactly("chatserver client (not packaged)");
  }

  private void assertUsage(String message, String... arguments) {
    errors.getBuffer().setLength(0);
    assertThat(run(InputStream.nullInputStream(), List.of(arguments))).isEqualTo(2);
    assertThat(errors.toString()).contains(message);
  }

  private static CompletableFuture<Integer> inBackground(Supplier<Integer> run) {
    return CompletableFuture.supplyAsync(run, task -> Thread.ofPlatform().daemon().start(task));
  }

  private int runAs(String user, String input, String... options) {
    var in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    return run(in, arguments(user, options));
  }

  private List<String> arguments(String user, String... options) {
    var arguments = new ArrayList<>(List.of("127.0.0.1", Integer.toString(server.port())));
    arguments.addAll(List.of("--user", user, "--password-file", passwordFile.toString()));
    arguments.addAll(List.of("--state-dir", directory.resolve("state").toString()));
    arguments.addAll(List.of(options));
    return arguments;
  }

  private int run(InputStream in, List<String> arguments) {
    var out = new PrintStream(output, true, StandardCharsets.UTF_8);
    return new ChatClient(in, out, false)
        .execute(new PrintWriter(errors, true), arguments.toArray(String[]::new));
  }

  private List<String> lines() {
    return output.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private List<String> eventLines() {
    return lines().stream()
        .filter(line -> !line.startsWith("state\t") && !line.startsWith("queued\t"))
        .toList();
  }
}
