package io.chatserver.server.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import io.chatserver.server.cluster.InMemoryNodeBus;
import io.chatserver.server.cluster.Relay;
import io.chatserver.server.config.ServerConfig.SecondLogin;
import io.chatserver.server.memory.TestBudget;
import io.chatserver.server.message.Cursors;
import io.chatserver.server.message.MemberStore;
import io.chatserver.server.message.MessageStore;
import io.chatserver.server.session.FeedSource;
import io.chatserver.server.session.LoopConnection;
import io.chatserver.server.session.PresenceListener;
import io.chatserver.server.session.Reading;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import io.chatserver.server.storage.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HeadCheckerTest {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  private final UserId ann = DATABASE.newUser("ann");
  private final ConversationId group = DATABASE.newGroupConversation();

  /** Something is said in the group just before others can know that it has somebody here. */
  private final class Latecomers implements PresenceListener {
    @Override
    public void userCame(UserId user) {}

    @Override
    public void userLeft(UserId user) {}

    @Override
    public void groupCame(ConversationId group) {
      DATABASE.execute(
          "INSERT INTO log_entry (conversation_id, seq, kind, sender_id, sent_at, body)"
              + " VALUES (%d, 1, 1, %s, 0, 'hello')".formatted(group.value(), ann));
    }

    @Override
    public void groupLeft(ConversationId group) {}
  }

  /** That he has joined, nobody has told. */
  @Test
  void whatIsSaidBeforeOthersKnowOfAMemberIsFound() {
    DATABASE.execute(
        "INSERT INTO member (user_id, conversation_id, role, joined_seq, received_seq)"
            + " VALUES (%s, %d, 1, 0, 0)".formatted(ann, group.value()));
    var registry = new SessionRegistry(10, new Latecomers());
    var members = new MemberStore(DATABASE.database());
    var nodes = new InMemoryNodeBus();
    var replacements =
        new Replacements(registry, new Relay(nodes, nodes), DATABASE.database(), SecondLogin.ALLOW);
    try (var cursors = new Cursors(members, _ -> {});
        var source =
            new FeedSource(
                new MessageStore(DATABASE.database()), members, cursors, TestBudget.large(), 1);
        var connection = new LoopConnection();
        var heads = new HeadChecker(members, registry, replacements, () -> false)) {
      var session = new Session(ann, "ann", connection, Reading.PLAIN, source);
      assertThat(registry.register(session, SecondLogin.ALLOW))
          .isEqualTo(SessionRegistry.Registration.ACCEPTED);
      var answer = new Frame.Response(1L, new Command.Ping().type(), new Reply.Done());
      connection.run(() -> session.feed().open(List.of(), Map.of(), answer, List.of()));

      heads.request();

      await().until(() -> connection.texts().equals(List.of("hello")));
    }
  }
}
