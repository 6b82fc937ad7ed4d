package io.chatserver.server.session;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.Cursor;
import io.chatserver.server.message.Range;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** How far a session has been served from one conversation. Threads: its event loop. */
final class Position {
  /** Not read from the database yet. */
  static final long UNKNOWN = -1;

  private static final Place NOWHERE = new Place(0, 0);

  final ConversationId conversation;
  final Cursor cursor;

  /** The last entry that was pushed or passed over. */
  long pushed = UNKNOWN;

  /** The value of {@link #pushed} when the session began to serve this conversation. */
  long atLogin;

  /** How often the session went back to that; what was read or pushed before does not count. */
  int turn;

  /** The last message that was received while places are held. */
  long held;

  /** The last entry that is known to exist. */
  private long head;

  /** The ranges that the user may see, in order; empty until they are known. */
  private List<Range> ranges = List.of();

  /** The last of them: each push looks at it. */
  private Range last = Range.ALL;

  /** The entry as of which {@link #ranges} are known. */
  private long rightsAsOf;

  /** Whether entries that this client does not read lie behind the last text that it was sent. */
  boolean passedOver;

  /** Whether the messages up to the head are to be read from the log. */
  boolean behind;

  /** Whether the client was told that another page follows. */
  boolean pageFollows;

  Position(UserId user, ConversationId conversation, String epoch) {
    this.conversation = conversation;
    this.cursor = new Cursor(user, conversation, epoch);
  }

  /** Whether a message was announced since the last read from the log began. */
  boolean announced;

  /** How far the two people of a direct conversation are, as the client was told last. */
  private Place lowIsAt = NOWHERE;

  private Place highIsAt = NOWHERE;

  /** Whether a place is farther than what the client was told of that user before. */
  boolean isFarther(UserId who, Place place) {
    boolean isLow = who.equals(conversation.low());
    var before = isLow ? lowIsAt : highIsAt;
    if (place.received() <= before.received() && place.read() <= before.read()) {
      return false;
    }
    if (isLow) {
      lowIsAt = place;
    } else {
      highIsAt = place;
    }
    return true;
  }

  void noteHead(long seq) {
    head = Math.max(head, seq);
    announced = true;
  }

  /** Nothing is there behind what was pushed. */
  void headIsPushed() {
    head = pushed;
  }

  /** Whether there is something that the user may see and was not sent. */
  boolean lacks() {
    return pushed < Math.min(head, last.left());
  }

  /** Whether the user has left and was sent everything up to that. */
  boolean hasEnded() {
    return !lacks() && !last.isOpen();
  }

  /** Whether the user takes part now. */
  boolean isOpen() {
    return last.isOpen();
  }

  /** The entry as of which it is known whether the user takes part. */
  long rightsAsOf() {
    return rightsAsOf;
  }

  /** Whether an entry is the next one that the user may see. */
  boolean isNext(long seq) {
    return seq == pushed + 1 && seq <= last.left();
  }

  /** Moves to an entry that is next. */
  void push(LogEntry entry, UserId user) {
    pushed = entry.seq();
    rightsAsOf = Math.max(rightsAsOf, pushed);
    if (entry instanceof MemberEntry change && change.removes(user)) {
      end(entry.seq());
    }
    if (ranges.size() > 1) {
      skipHidden();
    }
  }

  /** The range that holds this entry ends with it. */
  private void end(long seq) {
    set(
        ranges.stream()
            .map(range ->
                range.joined() < seq && seq <= range.left()
                    ? new Range(range.joined(), seq)
                    : range)
            .toList());
  }

  /**
   * Adds what the user may see by the database or by another device. A range that is followed by
   * another one has ended; where it did is told by its last entry.
   *
   * @param asOf the entry as of which they are the user's ranges
   */
  void see(List<Range> seen, long asOf) {
    rightsAsOf = Math.max(rightsAsOf, asOf);
    var byBegin = new TreeMap<Long, Range>();
    Stream.concat(ranges.stream(), seen.stream())
        .forEach(range -> byBegin.merge(range.joined(), range, Position::shorter));
    var merged = new ArrayDeque<Range>();
    for (var range : byBegin.descendingMap().values()) {
      long end = merged.isEmpty() ? Range.OPEN : merged.getFirst().joined();
      merged.addFirst(new Range(range.joined(), Math.min(range.left(), end)));
    }
    set(List.copyOf(merged));
    skipHidden();
  }

  private static Range shorter(Range one, Range other) {
    return one.left() < other.left() ? one : other;
  }

  private void set(List<Range> newRanges) {
    ranges = newRanges;
    last = newRanges.isEmpty() ? Range.ALL : newRanges.getLast();
  }

  /** Steps over entries that the user may not see. */
  void skipHidden() {
    for (var range : ranges) {
      if (pushed >= 0 && pushed < range.joined()) {
        pushed = range.joined();
      }
      if (pushed < range.left()) {
        return;
      }
    }
  }
}
