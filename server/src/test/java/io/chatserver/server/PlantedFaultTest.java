package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.bench.check.Check;
import io.chatserver.bench.check.CheckedServer;
import io.chatserver.bench.check.Door;
import io.chatserver.bench.check.Invariant;
import io.chatserver.bench.check.Kills;
import io.chatserver.bench.check.Settings;
import io.chatserver.bench.check.Trouble;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.server.FaultyProxy.Asked;
import io.chatserver.server.FaultyProxy.Fault;
import io.chatserver.server.FaultyProxy.Lines;
import io.chatserver.server.FaultyProxy.Said;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checker, shown what it has to find: a fault between it and a good server. */
class PlantedFaultTest {
  private static TestServer server;

  private final Chosen chosen = new Chosen();
  private final AtomicBoolean altered = new AtomicBoolean();

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A server behind a proxy. */
  private record Behind(FaultyProxy proxy) implements CheckedServer {
    @Override
    public Door door() {
      return Door.plain(proxy.address());
    }

    @Override
    public @Nullable Jdbc stop() {
      return null;
    }

    @Override
    public void close() {
      proxy.close();
    }
  }

  /** Finds the lines to do something to: a few, when there is some talk already. */
  private static final class Chosen {
    private static final int FIRST = 40;
    private static final int LAST = 80;

    private final AtomicInteger count = new AtomicInteger();

    boolean isIt(boolean kind) {
      int number = kind ? count.incrementAndGet() : 0;
      return number >= FIRST && number <= LAST && number % 10 == 0;
    }
  }

  /** A conversation on a connection. */
  private record Stream(Lines client, ConversationId conversation) {}

  private final Set<Stream> begun = ConcurrentHashMap.newKeySet();

  private static @Nullable Stream stream(Said said) {
    return said.frame() instanceof Frame.Event(Push.MessageReceived(var message))
        ? new Stream(said.client(), message.conversation())
        : null;
  }

  /** A message that follows on another: where a session begins cannot be wrong with it. */
  private boolean isMessage(Said said) {
    var stream = stream(said);
    return stream != null && !begun.add(stream);
  }

  private static Set<Invariant> violatedIfServer(Fault<Said> fault) {
    return violated(FaultyProxy.start(server::port, fault, Asked::passOn));
  }

  private static Set<Invariant> violatedIfClients(Fault<Asked> fault) {
    return violated(FaultyProxy.start(server::port, Said::passOn, fault));
  }

  private static Set<Invariant> violated(FaultyProxy proxy) {
    try (var checked = new Behind(proxy)) {
      return violated(checked, Trouble.NONE);
    }
  }

  private static Set<Invariant> violated(CheckedServer checked, Trouble trouble) {
    return violated(checked, trouble, Duration.ofSeconds(1));
  }

  private static Set<Invariant> violated(CheckedServer checked, Trouble trouble, Duration talk) {
    var settings = new Settings(6, 2, talk, 300, 1);
    return Check.run(checked, trouble, settings, new PrintWriter(Writer.nullWriter())).violated();
  }

  @Test
  void nothingIsWrongWithAGoodServer() {
    assertThat(violatedIfServer(Said::passOn)).isEmpty();
  }

  @Test
  void aMessageThatIsDropped() {
    assertThat(
            violatedIfServer(said -> {
              if (!chosen.isIt(isMessage(said))) {
                said.passOn();
              }
            }))
        .contains(Invariant.NO_HOLE);
  }

  @Test
  void aMessageThatIsRepeated() {
    assertThat(
            violatedIfServer(said -> {
              said.passOn();
              if (chosen.isIt(isMessage(said))) {
                said.passOn();
              }
            }))
        .contains(Invariant.NO_REPEAT);
  }

  @Test
  void aMessageThatIsOvertakenByTheNextOfItsConversation() {
    var held = new AtomicReference<@Nullable Said>();
    assertThat(
            violatedIfServer(said -> {
              if (chosen.isIt(isMessage(said)) && held.compareAndSet(null, said)) {
                return;
              }
              said.passOn();
              var late = held.get();
              if (late != null
                  && Objects.equals(stream(said), stream(late))
                  && held.compareAndSet(late, null)) {
                late.passOn();
              }
            }))
        .contains(Invariant.IN_ORDER);
  }

  @Test
  void aMessageThatIsAltered() {
    assertThat(
            violatedIfServer(said -> {
              if (chosen.isIt(isMessage(said))) {
                said.client().write(said.line().replaceFirst("\"msg\":\"", "\"msg\":\"9"));
              } else {
                said.passOn();
              }
            }))
        .containsExactly(Invariant.AS_IN_LOG);
  }

  @Test
  void aMessageThatReachesStrangersToo() {
    assertThat(
            violatedIfServer(said -> {
              said.passOn();
              boolean isDirect =
                  said.frame() instanceof Frame.Event(Push.MessageReceived(var message))
                      && message.conversation().isDirect();
              if (chosen.isIt(isDirect)) {
                for (var client : said.clients()) {
                  client.write(said.line());
                }
              }
            }))
        .contains(Invariant.MEMBERS_ONLY);
  }

  @Test
  void anAcknowledgementOfWhatWasNeverStored() {
    var send = Pattern.compile("\"rid\":(\\d+),\"groupid\":(\\d+),\"msg\"");
    assertThat(
            violatedIfClients(asked -> {
              var matcher = send.matcher(asked.line());
              if (!chosen.isIt(matcher.find())) {
                asked.passOn();
                return;
              }
              var sent =
                  "{'msgid':11,'rid':%s,'errno':0,'conversation':'g%s','seq':9999,'ts':1}"
                      .formatted(matcher.group(1), matcher.group(2));
              asked.client().write(sent.replace('\'', '"'));
            }))
        .contains(Invariant.ACKNOWLEDGED_IS_STORED);
  }

  @Test
  void aMessageThatIsStoredTwice() {
    assertThat(
            violatedIfClients(asked -> {
              asked.passOn();
              if (chosen.isIt(asked.line().contains("\"cid\""))) {
                var again = asked.line().replaceFirst("\"rid\":\\d+,", "");
                asked.server().write(again.replace("\"cid\"", "\"lost\""));
              }
            }))
        .contains(Invariant.STORED_ONCE);
  }

  @Test
  void aDigestThatIsWrong() {
    assertThat(
            violatedIfServer(said -> {
              if (said.frame()
                      instanceof Frame.Response(var _, var _, Reply.Pong(var _, var theirs, var _))
                  && theirs != null
                  && altered.compareAndSet(false, true)) {
                said.client().write(said.line().replace(theirs, "0123456789abcdef"));
              } else {
                said.passOn();
              }
            }))
        .containsExactly(Invariant.DIGEST);
  }

  @Test
  void anAnswerThatIsGivenTwice() {
    assertThat(
            violatedIfServer(said -> {
              said.passOn();
              if (chosen.isIt(said.frame() instanceof Frame.Response)) {
                said.passOn();
              }
            }))
        .containsExactly(Invariant.AS_THE_PROTOCOL_SAYS);
  }

  /** Of a client that does not acknowledge only the server knows what it was sent. */
  @Test
  void aServerThatSaysItHasSentNothing() {
    assertThat(
            violatedIfServer(said ->
                said.client().write(said.line().replaceAll("\"received\":\\d+", "\"received\":0"))))
        .contains(Invariant.UP_TO_DATE);
  }

  /** Nothing that it has told is wrong. */
  @Test
  void aServerThatRefusesForEver() {
    var send = Pattern.compile("\"rid\":(\\d+),\"groupid\":\\d+,\"msg\"");
    assertThat(
            violatedIfClients(asked -> {
              var matcher = send.matcher(asked.line());
              if (!matcher.find()) {
                asked.passOn();
                return;
              }
              var busy =
                  "{'msgid':11,'rid':%s,'errno':300,'retryable':true}".formatted(matcher.group(1));
              asked.client().write(busy.replace('\'', '"'));
            }))
        .containsExactly(Invariant.AS_THE_PROTOCOL_SAYS);
  }

  /**
   * A server that acknowledges before it has committed: what it acknowledged between two kills is
   * gone after the second.
   */
  private static final class Forgetful implements CheckedServer {
    private final TestServer server = TestServer.start();
    private final FaultyProxy proxy = FaultyProxy.start(server::port, Said::passOn, Asked::passOn);
    private final Path copy;
    private int kills;

    Forgetful(Path directory) {
      copy = directory.resolve("copy.db");
    }

    @Override
    public Door door() {
      return Door.plain(proxy.address());
    }

    void killAndRestart() {
      kills++;
      try {
        if (kills == 1) {
          copy();
        } else {
          server.stop();
          Files.copy(copy, server.databaseFile(), StandardCopyOption.REPLACE_EXISTING);
        }
        server.restart();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void copy() {
      try (var connection = DriverManager.getConnection("jdbc:sqlite:" + server.databaseFile());
          var statement = connection.createStatement()) {
        statement.execute("VACUUM INTO '" + copy + "'");
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public @Nullable Jdbc stop() {
      return null;
    }

    @Override
    public void close() {
      proxy.close();
      server.close();
    }
  }

  @Test
  void aServerThatForgetsWhatItHasAcknowledged(@TempDir Path directory) {
    try (var checked = new Forgetful(directory)) {
      // Long enough for users to come back and speak between the kills.
      var kills = new Kills(checked::killAndRestart, 2, 1);
      assertThat(violated(checked, kills, Duration.ofSeconds(3)))
          .contains(Invariant.ACKNOWLEDGED_IS_STORED);
    }
  }
}
