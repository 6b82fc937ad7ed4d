package io.chatserver.server.delivery;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.Span;
import io.chatserver.protocol.UserId;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.message.MemberStore;
import io.chatserver.server.message.MessageStore;
import io.chatserver.server.message.Range;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Shows users what was said in their conversations, and how these stand.
 *
 * <p>Threads: any; every call blocks.
 */
public final class HistoryService {
  private static final int CONVERSATIONS_PAGE = 100;

  private final MessageStore messages;
  private final MemberStore members;

  public HistoryService(MessageStore messages, MemberStore members) {
    this.messages = messages;
    this.members = members;
  }

  /**
   * A part of a conversation, of what the user may see.
   *
   * @param entries whether to show entries of all kinds, or texts only
   * @throws Rejected if the user was never in it
   */
  public Reply.History history(UserId user, boolean entries, Command.History asked) {
    // First, so that the ranges know of every removal up to it.
    long head = messages.head(asked.conversation()).seq();
    var ranges = ranges(user, asked.conversation());
    if (ranges.isEmpty()) {
      return reply(asked, entries, List.of(), false, new Span(0, 0));
    }
    long end = Math.min(head, ranges.getLast().left());
    return asked.after() == null
        ? before(asked, ranges, end, entries)
        : after(asked, ranges, end, entries);
  }

  /** Empty where two people have not said anything yet. */
  private List<Range> ranges(UserId user, ConversationId conversation) {
    var ranges = members.ranges(user, conversation);
    boolean isHis =
        conversation.isDirect()
            && (conversation.low().equals(user) || conversation.high().equals(user));
    if (ranges.isEmpty() && !isHis) {
      throw new Rejected(ErrorCode.NOT_A_MEMBER);
    }
    return ranges;
  }

  private Reply.History after(
      Command.History asked, List<Range> ranges, long end, boolean entries) {
    var page = new HistoryPage(asked.limit(), entries);
    long from = Objects.requireNonNull(asked.after());
    long at = Math.max(from, Math.min(ranges.getFirst().joined(), end));
    for (var range : ranges) {
      long bound = Math.min(range.left(), end);
      while (page.hasRoom() && Math.max(at, range.joined()) < bound) {
        int wanted = page.wanted();
        long behind = Math.max(at, range.joined());
        var read = messages.page(asked.conversation(), behind, bound + 1, wanted);
        boolean cut = !read.isEmpty() && read.size() < wanted && read.getLast().seq() < bound;
        at = read.isEmpty() ? bound : page.add(read, cut, at);
      }
    }
    return reply(asked, entries, page.shown(), at < end, new Span(from, Math.max(from, at)));
  }

  private Reply.History before(
      Command.History asked, List<Range> ranges, long end, boolean entries) {
    var page = new HistoryPage(asked.limit(), entries);
    long through = asked.before() == null ? end : Math.min(asked.before() - 1, end);
    long at = through + 1;
    for (var range : ranges.reversed()) {
      while (page.hasRoom() && Math.min(at - 1, range.left()) > range.joined()) {
        int wanted = page.wanted();
        long before = Math.min(at, range.isOpen() ? at : range.left() + 1);
        var read = messages.pageBack(asked.conversation(), range.joined(), before, wanted);
        boolean cut =
            !read.isEmpty() && read.size() < wanted && read.getFirst().seq() > range.joined() + 1;
        at = read.isEmpty() ? range.joined() + 1 : page.add(read.reversed(), cut, at);
      }
    }
    boolean more = at - 1 > ranges.getFirst().joined();
    long after = Math.max(0, at - 1);
    var span = new Span(Math.min(after, Math.max(0, through)), Math.max(0, through));
    return reply(asked, entries, page.shown().reversed(), more, span);
  }

  private static Reply.History reply(
      Command.History asked, boolean entries, List<LogEntry> found, boolean more, Span span) {
    return new Reply.History(asked.conversation(), found, more, entries ? span : null);
  }

  /**
   * A page of the user's conversations, in order of their numbers.
   *
   * @param entries whether the client reads entries of all kinds; to another one a place behind
   *     which there is no text is told as the head
   * @param after the last of the page before, null for the first
   */
  public Reply.Conversations conversations(
      UserId user, boolean entries, @Nullable ConversationId after) {
    var found = members.statesOf(user, after == null ? 0 : after.value(), CONVERSATIONS_PAGE + 1);
    var page =
        found.stream()
            .limit(CONVERSATIONS_PAGE)
            .map(state -> entries || state.unread() > 0 ? state : readToTheEnd(state))
            .toList();
    return new Reply.Conversations(page, found.size() > CONVERSATIONS_PAGE);
  }

  private static ConversationState readToTheEnd(ConversationState state) {
    var own = new Place(state.own().received(), Math.max(state.own().read(), state.head()));
    return new ConversationState(state.conversation(), state.head(), 0, own, state.peer());
  }
}
