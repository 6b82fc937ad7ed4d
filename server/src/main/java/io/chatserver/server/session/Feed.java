package io.chatserver.server.session;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.PreparedPush;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Span;
import io.chatserver.protocol.StreamDigest;
import io.chatserver.protocol.UserId;
import io.chatserver.server.memory.Use;
import io.chatserver.server.message.Cursor;
import io.chatserver.server.message.Range;
import io.chatserver.server.message.Standing;
import io.chatserver.server.storage.LogEpoch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Serves one session from the log: each entry that its user may see once, in order, without a hole.
 * A client that reads texts only is sent these; the other entries are passed over.
 *
 * <p>An entry that is next in its conversation is pushed at once. Anything else (a hole, a
 * connection that cannot take more, what came while the user was away) makes the conversation
 * <em>behind</em>: its entries are then read from the log, page by page, as fast as the connection
 * takes them. So a slow reader costs one small page of memory, whatever is waiting for him.
 *
 * <p>Threads: the connection's event loop.
 */
public final class Feed {
  /** Where a feed reads what it lacks, and where it notes what was received. */
  interface Log {
    /** The epoch of the log that the places of a new session belong to. */
    LogEpoch.Epoch epoch();

    /** A client stands behind the end of a conversation: counted. */
    void ahead(UserId user, ConversationId conversation, long cursor, long last);

    /** The log has nothing between two entries that do not follow each other: logged. */
    void hole(ConversationId conversation, long after, long before);

    /** Reads on in a conversation elsewhere, and tells the receiver there. */
    void read(ConversationId conversation, long after, int limit, PageReceiver receiver);

    /** Notes how far the user has received and read a conversation. */
    void moved(Cursor cursor, long received, long read);

    /** Counts messages that were pushed. */
    void delivered(int messages);

    /** Counts the sessions that are behind: one more, or one less. */
    void behind(int difference);
  }

  /** Receives a page that was read. */
  interface PageReceiver {
    /**
     * The page was read.
     *
     * @param taken must be run when the page is encoded, counted by the connection, or dropped; it
     *     releases the memory reserved for the page
     */
    void arrived(List<LogEntry> page, Runnable taken);

    void failed();

    /** Whether the page is still needed; from any thread. */
    boolean isWanted();
  }

  /** Determines how fast a feed reads from the log. */
  public interface Pace {
    /**
     * Counts a read.
     *
     * @param messages the most messages that it returns
     * @return the nanoseconds to wait before it
     */
    long waitNanos(int messages);
  }

  private static final int SMALLEST_PAGE = 8;
  private static final int LARGEST_PAGE = 64;

  /**
   * A position with its cursor in the map, and the subscription; measured with a histogram of live
   * objects.
   */
  private static final long POSITION_BYTES = 256;

  /** A message, its conversation, sender, time and strings without their characters. */
  private static final long MESSAGE_BYTES = 200;

  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  private final UserId user;
  private final Connection connection;
  private final boolean acknowledging;
  private final boolean entries;
  private final Log log;
  private final LogEpoch.Epoch epoch;
  private final StreamDigest digest = new StreamDigest();
  private final Map<ConversationId, Position> positions = new HashMap<>();
  private final Queue<Position> behind = new ArrayDeque<>(2);
  private final Queue<LogEntry> page = new ArrayDeque<>(SMALLEST_PAGE);

  /** Whose messages the page holds, or is to hold. */
  private @Nullable Position current;

  private int pageSize = SMALLEST_PAGE;
  private Pace pace = _ -> 0;

  private boolean wentBack;

  /** Whether the places of the user are not stored yet. */
  private boolean holding;

  private boolean reading;
  private boolean countedAsBehind;
  private boolean open;
  private volatile boolean closed;

  Feed(UserId user, Connection connection, Reading reading, Log log) {
    this.user = user;
    this.connection = connection;
    this.acknowledging = reading.acknowledges();
    this.entries = reading.entries();
    this.log = log;
    this.epoch = log.epoch();
  }

  /** The epoch of the log that this session is served from. */
  public LogEpoch.Epoch epoch() {
    return epoch;
  }

  /** Whether the login was answered and the session has not ended. */
  public boolean isServing() {
    return open && !closed;
  }

  /** Whether the user takes part in this conversation, as far as this session knows. */
  public boolean knows(ConversationId conversation) {
    var position = positions.get(conversation);
    return open && position != null && position.isOpen();
  }

  /** The entry as of which the user is known to take part in a conversation that is known. */
  public long rightsAsOf(ConversationId conversation) {
    var position = positions.get(conversation);
    return position == null ? 0 : position.rightsAsOf();
  }

  /** Whether the user has left a conversation, and was sent everything up to that. */
  public boolean hasEnded(ConversationId conversation) {
    var position = positions.get(conversation);
    return open && position != null && position.hasEnded();
  }

  /**
   * Stores no places until {@link #releasePlaces}: it is not known yet whether the client
   * understands what it is sent.
   */
  public void holdPlaces() {
    holding = true;
  }

  /** Stores the places that were held, and from now on all. */
  public void releasePlaces() {
    if (holding) {
      holding = false;
      positions.values().stream()
          .filter(position -> position.held > 0)
          .forEach(position -> log.moved(position.cursor, position.held, 0));
    }
  }

  /**
   * Serves some conversations again from where they stood when the session began; once in a
   * session. Stored places stay.
   */
  public void goBack(Predicate<ConversationId> which) {
    if (wentBack || !isServing()) {
      return;
    }
    wentBack = true;
    for (var position : positions.values()) {
      if (which.test(position.conversation)) {
        position.turn++;
        position.pushed = position.atLogin;
        position.skipHidden();
        position.held = 0;
        if (position == current) {
          page.clear();
        }
        checkBehind(position);
      }
    }
    pump();
  }

  /** Sets the pace of the reads; without one they are not limited. */
  public void pacedBy(Pace newPace) {
    pace = newPace;
  }

  /**
   * Answers the login and begins to serve.
   *
   * @param standings where the user stands, read after the session was registered
   * @param cursors where his client stands, where it says so
   * @param inAnswer messages that the answer carries
   */
  public void open(
      List<Standing> standings,
      Map<ConversationId, Long> cursors,
      Frame.Response answer,
      List<ChatMessage> inAnswer) {
    for (var standing : standings) {
      var position = newPosition(standing.conversation());
      // Another device may have joined meanwhile, or again: that is not where this one stands.
      position.pushed = start(standing, cursors.get(standing.conversation()));
      position.see(standing.ranges(), standing.head());
      if (position.pushed > standing.received()) {
        // The acknowledgement was lost with the client's last connection.
        log.moved(position.cursor, position.pushed, 0);
      }
      position.noteHead(standing.head());
    }
    open = true;
    // A conversation of two may have begun after the standings were read. Nobody is in a group
    // because of what is said there.
    positions
        .values()
        .removeIf(each -> each.pushed == Position.UNKNOWN && !each.conversation.isDirect());
    countPositions();
    for (var position : positions.values()) {
      position.pushed = Math.max(position.pushed, 0);
      position.atLogin = position.pushed;
    }
    for (var message : inAnswer) {
      var position = positions.get(message.conversation());
      if (position != null) {
        position.pushed = message.seq();
      }
    }
    connection.respond(answer, () -> inAnswer.forEach(message -> received(message, 0)));
    positions.values().forEach(this::checkBehind);
    pump();
  }

  /**
   * Where to begin. A client may lack what another of its user has. It cannot have what there is
   * not: then its cursor is of another log, and the stored progress counts.
   */
  private long start(Standing standing, @Nullable Long cursor) {
    long least = standing.ranges().getFirst().joined();
    if (cursor == null || cursor > standing.lastVisible()) {
      if (cursor != null) {
        log.ahead(user, standing.conversation(), cursor, standing.lastVisible());
      }
      return Math.max(least, Math.min(standing.received(), standing.lastVisible()));
    }
    return Math.max(least, cursor);
  }

  /**
   * Lets the user take part in a conversation from behind {@code seq} on, or from where he is if he
   * does already. What was said there since then is read from the log, for it was not offered.
   *
   * @return false if this feed serves no more
   */
  public boolean join(ConversationId conversation, long seq) {
    if (closed) {
      return false;
    }
    boolean isServed = open && positions.containsKey(conversation);
    var position = newPosition(conversation);
    if (!isServed) {
      position.pushed = Math.max(position.pushed, seq);
      position.atLogin = position.pushed;
    }
    position.see(List.of(new Range(seq, Range.OPEN)), seq);
    position.noteHead(position.pushed + 1);
    if (open) {
      checkBehind(position);
      var _ = connection.loop().schedule(this::pump, 0, TimeUnit.MILLISECONDS);
    }
    return true;
  }

  /**
   * Takes note of where the user stands in a conversation by the database, and catches up if
   * something was missed.
   *
   * @return whether the user takes part now, and did not as far as this feed knew
   */
  public boolean look(Standing standing) {
    if (!isServing()) {
      return false;
    }
    var conversation = standing.conversation();
    boolean tookPart = knows(conversation);
    boolean isNew = !positions.containsKey(conversation);
    if (isNew && !standing.range().isOpen()) {
      return false;
    }
    var position = newPosition(conversation);
    if (isNew) {
      // What another device of the user has received this one may lack all the same.
      position.pushed = standing.range().joined();
      position.atLogin = position.pushed;
    }
    position.see(standing.ranges(), standing.head());
    position.noteHead(standing.head());
    checkBehind(position);
    pump();
    return !tookPart && position.isOpen();
  }

  /**
   * Whether the client is to be told how far somebody is: several nodes tell it, and what one tells
   * may come late.
   */
  public boolean isNews(Push.Receipt receipt) {
    var position = positions.get(receipt.conversation());
    return isServing() && (position == null || position.isFarther(receipt.user(), receipt.place()));
  }

  /** The groups among the user's conversations. */
  public List<ConversationId> groups() {
    return positions.keySet().stream().filter(conversation -> !conversation.isDirect()).toList();
  }

  /** Takes an entry of one of the user's conversations. */
  public void offer(PreparedPush push) {
    var entry = push.entry();
    var position = position(entry.conversation());
    if (position == null) {
      return;
    }
    position.noteHead(entry.seq());
    if (!open || closed || entry.seq() <= position.pushed) {
      return;
    }
    if (position.isNext(entry.seq()) && connection.isWritable()) {
      push(position, push);
    } else {
      checkBehind(position);
      pump();
    }
  }

  /** Tells the sender that his message is stored; to him that is its delivery. */
  public void acknowledge(ChatMessage message, Frame.Response answer) {
    var position = position(message.conversation());
    if (position != null) {
      position.noteHead(message.seq());
    }
    if (position != null && open && !closed && position.isNext(message.seq())) {
      acknowledgeNext(position, message, answer);
    } else {
      connection.respond(answer);
      if (position != null && open) {
        checkBehind(position);
        pump();
      }
    }
  }

  private void acknowledgeNext(Position position, ChatMessage message, Frame.Response answer) {
    if (acknowledging && position.passedOver) {
      // The client does not know that nothing else is missing before its text.
      connection.respond(answer);
      try (var push = new PreparedPush(message)) {
        push(position, push);
      }
    } else {
      // A look at the heads may have found it before: then a page without it is on its way.
      position.push(message, user);
      int now = position.turn;
      connection.respond(answer, () -> received(message, now));
    }
  }

  /** Notes what the client says it has received and read; no more than it was sent. */
  public void moved(Map<ConversationId, Long> received, Map<ConversationId, Long> read) {
    received.forEach((conversation, seq) -> moved(conversation, seq, 0));
    read.forEach((conversation, seq) -> moved(conversation, seq, seq));
  }

  private void moved(ConversationId conversation, long received, long read) {
    var position = positions.get(conversation);
    if (open && position != null) {
      long most = position.pushed;
      log.moved(position.cursor, Math.min(received, most), Math.min(read, most));
    }
  }

  /** The digest of the messages that were pushed; null for a client that does not want it. */
  public @Nullable String digest() {
    return acknowledging ? digest.text() : null;
  }

  /** Goes on when the connection takes more. */
  public void resume() {
    pump();
  }

  /** Serves no more. */
  public void close() {
    closed = true;
    behind.clear();
    page.clear();
    connection.holds(Use.PAGES, 0);
    connection.holds(Use.CONNECTIONS, 0);
    countIfBehind();
  }

  /** The position in a conversation; null in a group that this session does not know. */
  private @Nullable Position position(ConversationId conversation) {
    return open && !conversation.isDirect()
        ? positions.get(conversation)
        : newPosition(conversation);
  }

  private Position newPosition(ConversationId conversation) {
    var position = positions.get(conversation);
    if (position == null) {
      position = new Position(user, conversation, epoch.id());
      position.pushed = open ? 0 : Position.UNKNOWN;
      positions.put(conversation, position);
      if (open) {
        countPositions();
      }
    }
    return position;
  }

  private void countPositions() {
    connection.holds(Use.CONNECTIONS, positions.size() * POSITION_BYTES);
  }

  /** Two bytes per character if any needs them, and the objects around the text. */
  private static long heapBytes(Collection<LogEntry> entries) {
    return entries.stream().mapToLong(Feed::heapBytes).sum();
  }

  private static long heapBytes(LogEntry entry) {
    return MESSAGE_BYTES
        + (entry instanceof ChatMessage message ? 2L * message.text().length() : 0);
  }

  /** Whether this client is sent such an entry. */
  private boolean reads(LogEntry entry) {
    return entries || entry instanceof ChatMessage;
  }

  private void push(Position position, PreparedPush push) {
    var entry = push.entry();
    position.push(entry, user);
    position.passedOver = !reads(entry);
    if (position.passedOver) {
      return;
    }
    digest.add(entry.conversation(), entry.seq());
    log.delivered(1);
    int now = position.turn;
    if (entry instanceof ChatMessage own
        && own.sender().equals(user)
        && connection.form().isLegacy()) {
      // The original never shows a user what he said himself.
      connection.afterWrites(() -> received(entry, now));
    } else {
      connection.push(push, () -> received(entry, now));
    }
  }

  /**
   * Counts an entry as received once the system has accepted it, unless the client acknowledges.
   *
   * @param pushedIn the position's turn when it was pushed
   */
  private void received(LogEntry entry, int pushedIn) {
    if (acknowledging) {
      return;
    }
    var position = position(entry.conversation());
    if (position == null || pushedIn != position.turn) {
      return;
    }
    if (holding) {
      position.held = Math.max(position.held, entry.seq());
    } else {
      log.moved(position.cursor, entry.seq(), 0);
    }
  }

  private void checkBehind(Position position) {
    boolean lacks = position.lacks() || position.pageFollows;
    if (!position.behind && !closed && lacks) {
      position.behind = true;
      behind.add(position);
    }
  }

  private void pump() {
    boolean more = true;
    while (more && !closed && !reading && connection.isWritable()) {
      if (!page.isEmpty()) {
        pushNextOfPage();
      } else {
        more = readNextPage();
      }
    }
    if (!page.isEmpty()) {
      pageSize = SMALLEST_PAGE;
    } else if (!acknowledging) {
      connection.holds(Use.PAGES, 0);
    }
    countIfBehind();
  }

  private void countIfBehind() {
    boolean isBehind = !closed && (current != null || !behind.isEmpty());
    if (isBehind != countedAsBehind) {
      countedAsBehind = isBehind;
      log.behind(isBehind ? 1 : -1);
    }
  }

  private void pushNextOfPage() {
    var entry = page.remove();
    var position = position(entry.conversation());
    if (position != null && position.isNext(entry.seq())) {
      try (var push = new PreparedPush(entry)) {
        push(position, push);
      }
    }
  }

  /**
   * Asks for the next page of the conversation that has waited longest; false if none is behind.
   */
  private boolean readNextPage() {
    settleCurrent();
    var position = behind.poll();
    if (position == null) {
      return false;
    }
    current = position;
    position.announced = false;
    reading = true;
    int limit = pageSize;
    long wait = pace.waitNanos(limit);
    if (wait == 0) {
      read(position, limit);
    } else {
      var _ = connection.loop().schedule(() -> read(position, limit), wait, TimeUnit.NANOSECONDS);
    }
    return true;
  }

  private void read(Position position, int limit) {
    if (closed) {
      return;
    }
    int readIn = position.turn;
    log.read(
        position.conversation,
        position.pushed,
        limit,
        new PageReceiver() {
          @Override
          public void arrived(List<LogEntry> found, Runnable taken) {
            connection
                .loop()
                .execute(() -> {
                  try {
                    if (readIn == position.turn) {
                      take(position, found, limit);
                    } else {
                      reading = false;
                      pump();
                    }
                  } finally {
                    taken.run();
                  }
                });
          }

          @Override
          public boolean isWanted() {
            return !closed;
          }

          @Override
          public void failed() {
            connection.loop().execute(() -> readAgainLater());
          }
        });
  }

  /** Ends the catching up with a conversation whose page is used up, or puts it in line again. */
  private void settleCurrent() {
    var position = current;
    current = null;
    if (position != null) {
      position.behind = false;
      checkBehind(position);
    }
  }

  private void take(Position position, List<LogEntry> found, int limit) {
    reading = false;
    if (closed) {
      return;
    }
    if (!found.isEmpty() && found.getFirst().seq() > position.pushed + 1) {
      // It stays: nothing is stored behind a place that is free.
      log.hole(position.conversation, position.pushed, found.getFirst().seq());
      position.pushed = found.getFirst().seq() - 1;
    }
    if (found.isEmpty() && !position.announced) {
      // Announced before it was looked for, but not there: then there is nothing to wait for.
      position.headIsPushed();
    }
    if (found.size() == limit) {
      pageSize = Math.min(pageSize * 2, LARGEST_PAGE);
    }
    if (acknowledging) {
      pushPage(position, found);
    } else {
      page.addAll(found);
      connection.holds(Use.PAGES, heapBytes(page));
    }
    pump();
  }

  private void pushPage(Position position, List<LogEntry> found) {
    long after = position.pushed;
    var sent = new ArrayList<LogEntry>(found.size());
    for (var entry : found) {
      if (position.isNext(entry.seq())) {
        position.push(entry, user);
        position.passedOver = !reads(entry);
        if (!position.passedOver) {
          sent.add(entry);
          digest.add(position.conversation, entry.seq());
        }
      }
    }
    boolean more = position.lacks();
    // What the page that was promised was to hold may have come singly meanwhile.
    if (!sent.isEmpty() || (position.pageFollows && !more)) {
      log.delivered(sent.size());
      position.pageFollows = more;
      var span = entries ? new Span(after, position.pushed) : null;
      connection.push(new Push.Page(position.conversation, sent, more, span));
    }
  }

  private void readAgainLater() {
    long millis = RETRY_DELAY.toMillis();
    long delay = millis + ThreadLocalRandom.current().nextLong(millis);
    var _ =
        connection
            .loop()
            .schedule(
                () -> {
                  reading = false;
                  pump();
                },
                delay,
                TimeUnit.MILLISECONDS);
  }
}
