package io.chatserver.client.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.UserId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RepeatFilterTest {
  private static final ConversationId GROUP = ConversationId.group(new GroupId(7));
  private static final ConversationId OTHER = ConversationId.group(new GroupId(8));

  private final RepeatFilter filter = new RepeatFilter();

  @Test
  void dropsWhatWasPushedBefore() {
    assertThat(isNew(GROUP, 5)).isTrue();
    assertThat(isNew(GROUP, 5)).isFalse();
    assertThat(isNew(GROUP, 4)).isFalse();
    assertThat(isNew(GROUP, 6)).isTrue();
  }

  @Test
  void conversationsAreCountedApart() {
    assertThat(isNew(GROUP, 5)).isTrue();
    assertThat(isNew(OTHER, 5)).isTrue();
  }

  @Test
  void dropsOnesOwnMessage() {
    filter.sent(GROUP, 5);

    assertThat(isNew(GROUP, 5)).isFalse();
    assertThat(isNew(GROUP, 6)).isTrue();
  }

  /** The acknowledgement of 3 to 5 came before the push of the older 1 and 2. */
  @Test
  void acknowledgementsDoNotHideOlderMessages() {
    filter.sent(GROUP, 4);
    filter.sent(GROUP, 3);
    filter.sent(GROUP, 5);

    assertThat(isNew(GROUP, 1)).isTrue();
    assertThat(isNew(GROUP, 2)).isTrue();
    assertThat(isNew(GROUP, 3)).isFalse();
    assertThat(isNew(GROUP, 4)).isFalse();
    assertThat(isNew(GROUP, 5)).isFalse();
    assertThat(isNew(GROUP, 6)).isTrue();
  }

  @Test
  void anAcknowledgementOfWhatWasPushedChangesNothing() {
    assertThat(isNew(GROUP, 5)).isTrue();
    filter.sent(GROUP, 5);
    filter.sent(GROUP, 3);

    assertThat(isNew(GROUP, 6)).isTrue();
  }

  @Test
  void forgetsConversationsWhereNothingWasSaidForLongest() {
    assertThat(isNew(OTHER, 5)).isTrue();
    assertThat(isNew(GROUP, 5)).isTrue();
    for (int id = 1000; id < 1000 + RepeatFilter.MAX_CONVERSATIONS; id++) {
      assertThat(isNew(ConversationId.group(new GroupId(id)), 1)).isTrue();
      assertThat(isNew(GROUP, 5)).isFalse();
    }

    assertThat(isNew(OTHER, 5)).isTrue();
  }

  @Test
  void forgetsWhenCleared() {
    assertThat(isNew(GROUP, 5)).isTrue();
    filter.clear();

    assertThat(isNew(GROUP, 5)).isTrue();
  }

  private boolean isNew(ConversationId conversation, long seq) {
    return filter.isNew(
        new ChatMessage(conversation, seq, new UserId(1), "alice", Instant.EPOCH, "text"));
  }
}
