package io.chatserver.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.Cursor;
import io.chatserver.server.message.Standing;
import io.chatserver.server.storage.LogEpoch;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * A log in memory, whose pages are read and arrive when the test says so.
 *
 * <p>Threads: one.
 */
public final class FakeLog implements Feed.Log {
  private static final int LARGEST_PAGE = 64;

  private final Map<ConversationId, List<ChatMessage>> messages = new HashMap<>();
  private final Map<ConversationId, Long> received = new HashMap<>();
  private final Map<ConversationId, Long> read = new HashMap<>();
  private final Queue<Read> reads = new ArrayDeque<>();
  private int delivered;
  private int behind;
  private int taken;
  private boolean repeats;
  private int lost;
  private int holes;

  @Override
  public LogEpoch.Epoch epoch() {
    return new LogEpoch.Epoch("0123456789abcdef", 0);
  }

  @Override
  public void ahead(UserId user, ConversationId conversation, long cursor, long last) {}

  @Override
  public void hole(ConversationId conversation, long after, long before) {
    assertThat(lost).as("%s has a hole behind %d", conversation, after).isNotZero();
    holes++;
  }

  /** A page that was asked for. */
  final class Read {
    private final ConversationId conversation;
    private final long after;
    private final int limit;
    private final Feed.PageReceiver receiver;
    private List<ChatMessage> page = List.of();

    private Read(ConversationId conversation, long after, int limit, Feed.PageReceiver receiver) {
      this.conversation = conversation;
      this.after = after;
      this.limit = limit;
      this.receiver = receiver;
    }

    /** The database gives what it has now. */
    Read query() {
      page =
          all(conversation).stream().filter(message -> message.seq() > after).limit(limit).toList();
      return this;
    }

    /** What it gave reaches the feed. */
    void arrive() {
      receiver.arrived(List.copyOf(page), () -> taken++);
    }

    /** The database does not answer. */
    void fail() {
      receiver.failed();
    }
  }

  /** Stores a message. */
  ChatMessage append(ConversationId conversation, UserId sender) {
    long seq = head(conversation) + 1;
    var message =
        new ChatMessage(
            conversation, seq, sender, "user " + sender, Instant.EPOCH, "message " + seq);
    messages.computeIfAbsent(conversation, _ -> new ArrayList<>()).add(message);
    return message;
  }

  /** Loses messages, which no log does. */
  void lose(ConversationId conversation, long from, long to) {
    all(conversation).removeIf(message -> message.seq() >= from && message.seq() <= to);
    lost++;
  }

  /** How many holes it was told of. */
  int holes() {
    return holes;
  }

  List<ChatMessage> all(ConversationId conversation) {
    return messages.getOrDefault(conversation, List.of());
  }

  long head(ConversationId conversation) {
    return all(conversation).size();
  }

  /** The end of what the user is known to have read. */
  long read(ConversationId conversation) {
    return read.getOrDefault(conversation, 0L);
  }

  /** The end of what the user is known to have received. */
  long received(ConversationId conversation) {
    return received.getOrDefault(conversation, 0L);
  }

  Standing standing(ConversationId conversation, long from) {
    return new Standing(conversation, 0, from, head(conversation));
  }

  /** How many messages were pushed. */
  int delivered() {
    return delivered;
  }

  /** How many sessions lack something. */
  int behind() {
    return behind;
  }

  /** A session may go back, and receive again what was received. */
  void takesRepeats() {
    repeats = true;
  }

  boolean isAsked() {
    return !reads.isEmpty();
  }

  /** Takes the one read that is under way. */
  Read nextRead() {
    return reads.remove();
  }

  @Override
  public void read(ConversationId conversation, long after, int limit, Feed.PageReceiver receiver) {
    assertThat(reads).as("one page at a time").isEmpty();
    assertThat(limit).isBetween(1, LARGEST_PAGE);
    reads.add(new Read(conversation, after, limit, receiver));
  }

  @Override
  public void moved(Cursor cursor, long seq, long readSeq) {
    if (!repeats) {
      assertThat(seq).as("a cursor moves forward").isGreaterThan(received(cursor.conversation()));
    }
    received.merge(cursor.conversation(), seq, Math::max);
    read.put(cursor.conversation(), readSeq);
  }

  @Override
  public void delivered(int count) {
    delivered += count;
  }

  @Override
  public void behind(int difference) {
    behind += difference;
  }
}
