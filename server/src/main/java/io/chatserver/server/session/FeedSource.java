package io.chatserver.server.session;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.UserId;
import io.chatserver.server.fault.CountedLog;
import io.chatserver.server.memory.MemoryBudget;
import io.chatserver.server.memory.MemoryBudget.Room;
import io.chatserver.server.message.Cursor;
import io.chatserver.server.message.Cursors;
import io.chatserver.server.message.MemberStore;
import io.chatserver.server.message.MessageStore;
import io.chatserver.server.message.Range;
import io.chatserver.server.message.Standing;
import io.chatserver.server.storage.LogEpoch;
import io.chatserver.server.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where sessions read what they lack, and where they note what was received.
 *
 * <p>Feeds read on virtual threads, no more than a few at a time: however many sessions have
 * something to catch up with, they share what the database can give.
 *
 * <p>Threads: any.
 */
public final class FeedSource implements Feed.Log, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FeedSource.class);

  /** Within this time, connections without progress are closed and their memory is free. */
  private static final Duration ROOM_TIMEOUT = Duration.ofSeconds(10);

  private final MessageStore messages;
  private final MemberStore members;
  private final Cursors cursors;
  private final MemoryBudget budget;
  private final Semaphore reads;
  private final LongAdder delivered = new LongAdder();
  private final LongAdder behind = new LongAdder();
  private final LongAdder ahead = new LongAdder();
  private final CountedLog holes = new CountedLog(log::error);
  private final CountedLog aheadLog = new CountedLog(log::warn, Duration.ofMinutes(1));
  private final ExecutorService readExecutor =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("feed-read-", 0).factory());

  /**
   * Creates it.
   *
   * @param maxReads how many reads may run at a time
   */
  public FeedSource(
      MessageStore messages,
      MemberStore members,
      Cursors cursors,
      MemoryBudget budget,
      int maxReads) {
    this.messages = messages;
    this.members = members;
    this.cursors = cursors;
    this.budget = budget;
    this.reads = new Semaphore(maxReads, true);
  }

  /**
   * Where a user stands in all conversations, what was just received included. Blocks.
   *
   * @param known where the user's client stands, where it says so
   */
  public List<Standing> standingsOf(UserId user, Map<ConversationId, Long> known) {
    cursors.flush();
    var standings = members.standingsOf(user);
    if (standings.stream().noneMatch(each -> mayLackEarlier(each, known))) {
      return standings;
    }
    var earlier = members.earlierRangesOf(user);
    return standings.stream()
        .map(each -> withEarlier(each, earlier.getOrDefault(each.conversation(), List.of())))
        .toList();
  }

  private static boolean mayLackEarlier(Standing standing, Map<ConversationId, Long> known) {
    return known.getOrDefault(standing.conversation(), standing.received())
        < standing.range().joined();
  }

  private static Standing withEarlier(Standing standing, List<Range> earlier) {
    var ranges = Stream.concat(earlier.stream(), standing.ranges().stream()).toList();
    return new Standing(standing.conversation(), ranges, standing.received(), standing.head());
  }

  /** Reads on in a conversation. Blocks. */
  public List<LogEntry> page(ConversationId conversation, long after, int limit) {
    return messages.page(conversation, after, limit);
  }

  /**
   * Reserves room for the reads of a login. Blocks.
   *
   * @throws io.chatserver.server.fault.Rejected if there is no room within 10 seconds
   */
  public Room awaitRoom() {
    return budget.await(ROOM_TIMEOUT);
  }

  @Override
  public void read(ConversationId conversation, long after, int limit, Feed.PageReceiver receiver) {
    var _ =
        budget
            .room()
            .thenAccept(room -> {
              try {
                readExecutor.execute(() -> read(conversation, after, limit, receiver, room));
              } catch (RejectedExecutionException _) {
                room.close();
              }
            });
  }

  private void read(
      ConversationId conversation, long after, int limit, Feed.PageReceiver receiver, Room room) {
    if (!receiver.isWanted()) {
      room.close();
      return;
    }
    List<LogEntry> page;
    reads.acquireUninterruptibly();
    try {
      page = messages.page(conversation, after, limit);
    } catch (StorageException _) {
      // The log writers report that the database is down; the feed retries.
      room.close();
      receiver.failed();
      return;
    } catch (RuntimeException e) {
      log.error("{} cannot be read behind {}, will try again", conversation, after, e);
      room.close();
      receiver.failed();
      return;
    } finally {
      reads.release();
    }
    receiver.arrived(page, room::close);
  }

  @Override
  public LogEpoch.Epoch epoch() {
    return members.epoch().current();
  }

  @Override
  public void ahead(UserId user, ConversationId conversation, long cursor, long last) {
    ahead.increment();
    aheadLog.add(() ->
        "a client of user %s has %s up to %d, which ends at %d: was the database restored?"
            .formatted(user, conversation, cursor, last));
  }

  @Override
  public void hole(ConversationId conversation, long after, long before) {
    holes.add(() -> "%s has nothing between %d and %d".formatted(conversation, after, before));
  }

  /** Conversations in which a client stood behind the end, so far. */
  public long ahead() {
    return ahead.sum();
  }

  @Override
  public void moved(Cursor cursor, long received, long read) {
    cursors.moved(cursor, received, read);
  }

  @Override
  public void delivered(int count) {
    delivered.add(count);
  }

  @Override
  public void behind(int difference) {
    behind.add(difference);
  }

  /** Messages that were pushed to sessions so far. */
  public long delivered() {
    return delivered.sum();
  }

  /** Sessions that are served from the log because they lack something. */
  public int behind() {
    return behind.intValue();
  }

  @Override
  public void close() {
    readExecutor.shutdownNow();
  }
}
