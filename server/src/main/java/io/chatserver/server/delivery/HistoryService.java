package io.chatserver.server.delivery;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.message.MemberStore;
import io.chatserver.server.message.MessageStore;
import java.util.List;
import java.util.OptionalLong;
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
   * @throws Rejected if he is not in it
   */
  public Reply.History history(UserId user, Command.History asked) {
    var conversation = asked.conversation();
    var joined = joinedSeq(user, conversation);
    if (joined.isEmpty()) {
      return new Reply.History(conversation, List.of(), false);
    }
    return asked.after() == null
        ? before(asked, joined.getAsLong())
        : after(asked, Math.max(asked.after(), joined.getAsLong()));
  }

  /** Empty where two people have not said anything yet. */
  private OptionalLong joinedSeq(UserId user, ConversationId conversation) {
    var joined = members.joinedSeq(user, conversation);
    boolean isHis =
        conversation.isDirect()
            && (conversation.low().equals(user) || conversation.high().equals(user));
    if (joined.isEmpty() && !isHis) {
      throw new Rejected(ErrorCode.NOT_A_MEMBER);
    }
    return joined;
  }

  private Reply.History after(Command.History asked, long after) {
    var page = messages.page(asked.conversation(), after, asked.limit());
    boolean more = !page.isEmpty() && page.getLast().seq() < messages.head(asked.conversation());
    return new Reply.History(asked.conversation(), page, more);
  }

  private Reply.History before(Command.History asked, long joined) {
    long before = asked.before() == null ? Long.MAX_VALUE : asked.before();
    List<ChatMessage> page = messages.pageBack(asked.conversation(), joined, before, asked.limit());
    boolean more = !page.isEmpty() && page.getFirst().seq() > joined + 1;
    return new Reply.History(asked.conversation(), page, more);
  }

  /**
   * A page of the user's conversations, in order of their numbers.
   *
   * @param after the last of the page before, null for the first
   */
  public Reply.Conversations conversations(UserId user, @Nullable ConversationId after) {
    var found = members.statesOf(user, after == null ? 0 : after.value(), CONVERSATIONS_PAGE + 1);
    var page = found.stream().limit(CONVERSATIONS_PAGE).toList();
    return new Reply.Conversations(page, found.size() > CONVERSATIONS_PAGE);
  }
}
