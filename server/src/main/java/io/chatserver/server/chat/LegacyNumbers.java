package io.chatserver.server.chat;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.MessageType;
import io.chatserver.protocol.Numbering;
import io.chatserver.protocol.ShownNumbers;
import io.chatserver.server.account.SeenClients;
import io.chatserver.server.session.Connection;
import io.chatserver.server.session.Feed;
import java.util.function.Consumer;

/**
 * Follows which numbers the C++ client of a session shows. What it was sent under other numbers it
 * has ignored: then the session goes back to where it stood at its login.
 *
 * <p>The first session of an account that has shown nothing stores no places until it shows
 * something: if it ends before, the next session serves the same messages once more.
 *
 * <p>Threads: the connection's event loop.
 */
final class LegacyNumbers {
  private final Connection connection;
  private final Feed feed;
  private final Consumer<ShownNumbers> store;
  private Numbering assumed;
  private ShownNumbers seen;
  private ShownNumbers stored;

  /**
   * Begins a session, before its feed is opened.
   *
   * @param before the clients that the user had before
   * @param store stores what the user's clients have shown, without blocking
   */
  LegacyNumbers(
      Connection connection, Feed feed, SeenClients before, Consumer<ShownNumbers> store) {
    this.connection = connection;
    this.feed = feed;
    this.store = store;
    stored = before.shown();
    connection.assume(stored);
    assumed = connection.form().numbering();
    seen = connection.shown();
    if (before.legacy() == null && seen.isEmpty()) {
      feed.holdPlaces();
    }
  }

  /** The client has sent a request. */
  void requested() {
    var shown = connection.shown();
    if (!connection.form().isLegacy()) {
      feed.releasePlaces();
      return;
    }
    if (shown.equals(seen)) {
      return;
    }
    seen = shown;
    var numbering = connection.form().numbering();
    if (!numbering.equals(assumed)) {
      var before = assumed;
      assumed = numbering;
      feed.goBack(conversation -> chat(before, conversation) != chat(numbering, conversation));
    }
    if (!shown.isEmpty()) {
      feed.releasePlaces();
      if (stored.isEmpty()) {
        storeShown();
      }
    }
  }

  private static int chat(Numbering numbering, ConversationId conversation) {
    return numbering.number(
        conversation.isDirect() ? MessageType.DIRECT_CHAT : MessageType.GROUP_CHAT);
  }

  /** The session ends. */
  void ended() {
    if (!seen.isEmpty() && !seen.equals(stored)) {
      storeShown();
    }
  }

  private void storeShown() {
    stored = seen;
    store.accept(seen);
  }
}
