package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;
import java.util.List;

/**
 * A user's place in a conversation.
 *
 * @param ranges what the user may see, in order; at least one. Those before the last are told only
 *     where the user's client may lack something of them.
 * @param received the last entry that the user has received
 * @param head the last entry there is
 */
public record Standing(ConversationId conversation, List<Range> ranges, long received, long head) {
  public Standing {
    ranges = List.copyOf(ranges);
  }

  /** The place of a member who has not left. */
  public Standing(ConversationId conversation, long joined, long received, long head) {
    this(conversation, List.of(new Range(joined, Range.OPEN)), received, head);
  }

  /** The last range: the only one that can be open. */
  public Range range() {
    return ranges.getLast();
  }

  /** The last entry that the user may see. */
  public long lastVisible() {
    return Math.min(head, range().left());
  }
}
