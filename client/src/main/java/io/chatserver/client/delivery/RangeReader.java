package io.chatserver.client.delivery;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.Span;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from the log what is missing between a cursor and a message that is known to be there. What
 * is pushed of such a conversation meanwhile is read as well, not kept.
 *
 * <p>Threads: the connection's event loop.
 */
final class RangeReader {
  /** Where what was read goes, and how far that has come. */
  interface Reader {
    long cursor(ConversationId conversation);

    /** Takes an entry unless its place has been passed; the user may see nothing in between. */
    void read(LogEntry entry);

    /** Takes note of what a page covers: all that the user may see of it was read. */
    void covered(ConversationId conversation, Span span);
  }

  private static final Logger log = LoggerFactory.getLogger(RangeReader.class);

  private static final int MAX_UNDER_WAY = 4;

  private final Questions questions;
  private final Reader reader;

  /** The highest message that is known, of each conversation with a gap. */
  private final Map<ConversationId, Long> known = new HashMap<>();

  private final Deque<ConversationId> waiting = new ArrayDeque<>();
  private int underWay;

  RangeReader(Questions questions, Reader reader) {
    this.questions = questions;
    this.reader = reader;
  }

  /** The session begins anew, and the server serves from the cursors. */
  void clear() {
    known.clear();
    waiting.clear();
    underWay = 0;
  }

  /** Reads up to this message at least. */
  void fill(ConversationId conversation, long upTo) {
    boolean isRead = known.containsKey(conversation);
    known.merge(conversation, upTo, Math::max);
    if (!isRead) {
      waiting.add(conversation);
      pump();
    }
  }

  private void pump() {
    while (underWay < MAX_UNDER_WAY && !waiting.isEmpty()) {
      ask(waiting.remove());
    }
  }

  private void ask(ConversationId conversation) {
    underWay++;
    long cursor = reader.cursor(conversation);
    var command = new Command.History(conversation, null, cursor, Command.History.MAX_LIMIT);
    questions.ask(
        command,
        reply -> {
          underWay--;
          answered(conversation, reply);
          pump();
        });
  }

  private void answered(ConversationId conversation, Reply reply) {
    long before = reader.cursor(conversation);
    if (reply instanceof Reply.History page) {
      page.entries().forEach(reader::read);
      if (page.span() != null) {
        reader.covered(conversation, page.span());
      }
    }
    if (reader.cursor(conversation) == before) {
      log.warn("{} after {}: {}", conversation, before, reply);
      known.remove(conversation);
    } else if (reader.cursor(conversation) < known.getOrDefault(conversation, 0L)) {
      waiting.add(conversation);
    } else {
      known.remove(conversation);
    }
  }
}
