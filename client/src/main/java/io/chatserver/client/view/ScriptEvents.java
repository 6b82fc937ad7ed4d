package io.chatserver.client.view;

import io.chatserver.client.command.AddressBook;
import io.chatserver.client.command.CommandRunner;
import io.chatserver.client.delivery.ChatSession;
import io.chatserver.client.delivery.Outgoing;
import io.chatserver.client.delivery.SendState;
import io.chatserver.client.delivery.SessionListener;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.UserId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Prints what a {@link Script} is told, and knows whether it still has a session.
 *
 * <p>Threads: called on the connection's event loop; waiting, any.
 */
final class ScriptEvents implements SessionListener {
  private final PlainLines lines;
  private final AddressBook addressBook;

  /** Whether there is a session; undecided while the connection tries to come back. */
  private volatile CompletableFuture<Boolean> inSession = new CompletableFuture<>();

  /** Done when the session is lost for good. */
  private final CompletableFuture<Boolean> over = new CompletableFuture<>();

  private volatile @Nullable ChatSession session;
  private volatile @Nullable CommandRunner runner;

  /** Own messages whose {@code sent} stands for them. */
  private final Set<Position> told = new HashSet<>();

  private final Map<ConversationId, Long> shown = new HashMap<>();

  ScriptEvents(PlainLines lines, AddressBook addressBook) {
    this.lines = lines;
    this.addressBook = addressBook;
  }

  /** Completes the circle, before anything happens in the session. */
  void attach(ChatSession newSession, CommandRunner newRunner) {
    session = newSession;
    runner = newRunner;
  }

  /** Waits for a lost connection to come back, and not for ever. */
  boolean awaitSession(Duration limit) {
    if (waitFor(inSession, limit)) {
      return true;
    }
    over.complete(false);
    return false;
  }

  void awaitOver(Duration limit) {
    var _ = waitFor(over, limit);
  }

  boolean isOver() {
    return over.isDone();
  }

  private static boolean waitFor(CompletableFuture<Boolean> future, Duration limit) {
    return future.copy().completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  @Override
  public void message(ChatMessage message) {
    addressBook.learn(message);
    shown.put(message.conversation(), message.seq());
    if (!told.remove(new Position(message.conversation(), message.seq()))) {
      lines.message("message", message);
    }
    Objects.requireNonNull(session).markRead(message.conversation(), message.seq());
  }

  @Override
  public void memberChanged(MemberEntry change) {
    addressBook.learn(change);
    shown.put(change.conversation(), change.seq());
    lines.change(change);
    Objects.requireNonNull(session).markRead(change.conversation(), change.seq());
  }

  @Override
  public void logBeganAnew() {
    shown.clear();
    told.clear();
    lines.line("state", "log-began-anew");
  }

  @Override
  public void stateChanged(Outgoing message, SendState state) {
    if (state instanceof SendState.Stored(var seq, _)
        && seq > shown.getOrDefault(message.conversation(), 0L)) {
      told.add(new Position(message.conversation(), seq));
    }
    Objects.requireNonNull(runner).stateChanged(message, state);
  }

  @Override
  public void unsent(List<Outgoing> messages) {
    lines.unsent(messages);
    Objects.requireNonNull(runner).resume(messages);
  }

  @Override
  public void conversations(List<ConversationState> conversations) {
    conversations.stream().filter(state -> state.unread() > 0).forEach(lines::unread);
  }

  @Override
  public void receipt(ConversationId conversation, UserId user, Place place) {
    lines.receipt(conversation, user, place);
  }

  @Override
  public void stateChanged(ConnectionState state) {
    lines.state(state);
    switch (state) {
      case ConnectionState.LoggedIn(var login, _) -> {
        addressBook.learn(login);
        inSession.complete(true);
      }
      case ConnectionState.Lost _, ConnectionState.Moving _ -> {
        if (inSession.isDone()) {
          inSession = new CompletableFuture<>();
        }
      }
      case ConnectionState.GaveUp _ -> {
        over.complete(true);
        Objects.requireNonNull(runner).giveUp();
        inSession.complete(false);
      }
      case ConnectionState.Connected _,
          ConnectionState.LoggedOut _,
          ConnectionState.Retrying _ -> {}
    }
  }

  private record Position(ConversationId conversation, long seq) {}
}
