package io.chatserver.client;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The conversations of a fake server, numbered and without repeats as a real one's are.
 *
 * <p>Threads: any.
 */
public final class FakeLog {
  private final Map<ConversationId, TreeMap<Long, ChatMessage>> messages = new TreeMap<>();
  private final Map<ClientMessageId, Reply.Sent> sentByClientId = new HashMap<>();

  /** Stores what alice sends, or answers as the first time. */
  synchronized Reply.Sent send(
      ConversationId conversation, String text, @Nullable ClientMessageId clientId) {
    var before = clientId == null ? null : sentByClientId.get(clientId);
    if (before != null) {
      return before;
    }
    var message = add(conversation, FakeServer.ALICE, "alice", text);
    var sent = new Reply.Sent(conversation, message.seq(), message.sentAt());
    if (clientId != null) {
      sentByClientId.put(clientId, sent);
    }
    return sent;
  }

  /** Bob says something, which is not pushed. */
  public synchronized ChatMessage bobSays(ConversationId conversation, String text) {
    return add(conversation, FakeServer.BOB, "bob", text);
  }

  private ChatMessage add(ConversationId conversation, UserId sender, String name, String text) {
    long seq = head(conversation) + 1;
    var message = new ChatMessage(conversation, seq, sender, name, FakeServer.NOON, text);
    note(message);
    return message;
  }

  synchronized void note(ChatMessage message) {
    messages
        .computeIfAbsent(message.conversation(), _ -> new TreeMap<>())
        .put(message.seq(), message);
  }

  private long head(ConversationId conversation) {
    var log = messages.get(conversation);
    return log == null ? 0 : log.lastKey();
  }

  /** The database is gone. */
  public synchronized void clear() {
    messages.clear();
    sentByClientId.clear();
  }

  /** What was said, in order. */
  public synchronized List<String> texts(ConversationId conversation) {
    return messages.getOrDefault(conversation, new TreeMap<>()).values().stream()
        .map(ChatMessage::text)
        .toList();
  }

  /** What follows a message, or the last ones. */
  synchronized Reply.History history(Command.History asked) {
    var log = messages.getOrDefault(asked.conversation(), new TreeMap<>());
    var found =
        new ArrayList<>(
            asked.after() == null
                ? log.values()
                : log.tailMap(asked.after(), asked.after() == Long.MAX_VALUE).values());
    boolean more = found.size() > asked.limit();
    int from = asked.after() == null && more ? found.size() - asked.limit() : 0;
    int to = Math.min(found.size(), from + asked.limit());
    return new Reply.History(asked.conversation(), found.subList(from, to), more);
  }

  /** A message that was said. */
  public synchronized ChatMessage message(ConversationId conversation, long seq) {
    return Objects.requireNonNull(Objects.requireNonNull(messages.get(conversation)).get(seq));
  }

  /** How the conversations stand for one who has received up to the head. */
  public Reply.Conversations conversations() {
    return conversations(Long.MAX_VALUE);
  }

  /** How the conversations stand for one who has received so far at most. */
  public synchronized Reply.Conversations conversations(long received) {
    return new Reply.Conversations(
        messages.keySet().stream()
            .map(conversation -> {
              long head = head(conversation);
              var own = new Place(Math.min(received, head), 0);
              var peer = conversation.isDirect() ? new Place(0, 0) : null;
              return new ConversationState(conversation, head, own, peer);
            })
            .toList(),
        false);
  }
}
