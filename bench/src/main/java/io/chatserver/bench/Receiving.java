package io.chatserver.bench;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a user has received and not acknowledged yet; he does that ten times a second, as our
 * client.
 *
 * <p>Threads: the event loop of the user.
 */
final class Receiving {
  private static final long DELAY_MILLIS = 100;

  private final Map<ConversationId, Long> places = new HashMap<>();
  private boolean scheduled;

  void received(VirtualUser user, ChatMessage message) {
    places.merge(message.conversation(), message.seq(), Math::max);
    if (!scheduled) {
      scheduled = true;
      var _ = user.loop().schedule(() -> acknowledge(user), DELAY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void acknowledge(VirtualUser user) {
    scheduled = false;
    user.tell(new Command.Acknowledge(places, Map.of()));
    places.clear();
  }
}
