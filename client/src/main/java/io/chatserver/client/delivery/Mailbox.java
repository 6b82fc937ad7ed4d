package io.chatserver.client.delivery;

import io.chatserver.client.net.ChatConnection;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UnknownEntry;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one user has on this machine, and what moves it: everything that is sent and received goes
 * through here.
 *
 * <p>Threads: the connection's event loop; sending and closing, any.
 */
final class Mailbox implements Sender.Outcomes, Outbox.Listener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

  private static final int OUTBOX_CAPACITY = 10_000;

  private final UserDirectory directory;
  private final Device device;
  private final ChatConnection connection;
  private final SessionListener listener;
  private final Outbox outbox;
  private final CursorFile cursors;
  private final Questions questions;
  private final Acknowledger acknowledger;
  private final Receiver receiver;
  private final Sender sender;
  private final PeerPlaces peers;
  private final MessageIds ids = new MessageIds();
  private List<Outgoing> unsent;

  private Mailbox(
      UserDirectory directory, Device device, ChatConnection connection, SessionListener listener)
      throws IOException {
    this.directory = directory;
    this.device = device;
    this.connection = connection;
    this.listener = listener;
    cursors = CursorFile.open(device.cursors());
    outbox = Outbox.open(device.outbox(), OUTBOX_CAPACITY, this);
    for (var abandoned : device.abandoned()) {
      try (abandoned) {
        outbox.adopt(abandoned.outbox());
      }
    }
    unsent = outbox.messages();
    questions = new Questions(connection);
    acknowledger = new Acknowledger(connection, questions);
    receiver = new Receiver(cursors, questions, acknowledger, this::taken);
    sender = new Sender(connection, questions, directory.user(), this);
    peers = new PeerPlaces(listener::stateChanged);
    // Before anything that is sent now, be it before the session has begun.
    unsent.forEach(sender::add);
  }

  static Mailbox open(UserDirectory directory, ChatConnection connection, SessionListener listener)
      throws IOException {
    var device = directory.device();
    try {
      return new Mailbox(directory, device, connection, listener);
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
  }

  UserDirectory directory() {
    return directory;
  }

  /** Where the user goes on, for the login that comes next. */
  Command.Resume resume() {
    return receiver.resume();
  }

  Outgoing send(ConversationId conversation, String text) {
    var user = directory.user();
    if (conversation.isDirect() && !conversation.peerOf(conversation.peerOf(user)).equals(user)) {
      throw new IllegalArgumentException("user " + user + " is not in " + conversation);
    }
    var message = new Outgoing(ids.next(), conversation, text, Instant.now());
    TextLimit.check(message.command(user));
    outbox.add(message);
    return message;
  }

  void markRead(ConversationId conversation, long seq) {
    acknowledger.read(conversation, seq);
  }

  /** A session has begun; nothing is sent before it is known where it stands. */
  void sessionBegan(Reply.LoggedIn login) {
    questions.sessionChanged();
    if (receiver.sessionBegan(login.server())) {
      acknowledger.forget();
      peers.forget();
      listener.logBeganAnew();
    }
    acknowledger.sessionBegan();
    if (!unsent.isEmpty()) {
      var fromEarlier = unsent;
      unsent = List.of();
      listener.unsent(fromEarlier);
    }
    list(states -> {
      receiver.standing(states);
      listener.conversations(states);
      sender.sessionBegan(login.name());
    });
  }

  void sessionEnded() {
    questions.sessionChanged();
    sender.sessionEnded();
    acknowledger.sessionEnded();
  }

  void pushed(Push push) {
    switch (push) {
      case Push.MessageReceived(var message) -> receiver.pushed(message);
      case Push.EntryReceived(var entry) -> receiver.pushed(entry);
      case Push.Page page -> receiver.pushed(page);
      case Push.Receipt(var conversation, var user, var place) -> {
        if (!user.equals(directory.user())) {
          peers.moved(conversation, place);
          listener.receipt(conversation, user, place);
        }
      }
      case Push.Closing _ -> {}
    }
  }

  private void taken(LogEntry entry) {
    switch (entry) {
      case ChatMessage message -> listener.message(message);
      case MemberEntry change -> listener.memberChanged(change);
      case UnknownEntry _ -> {
        // A newer server; only its place counts.
      }
    }
  }

  void pong(Reply.Pong pong) {
    if (pong.digest() != null && !receiver.agrees(pong.digest())) {
      list(receiver::catchUp);
    }
  }

  private void list(Listed listed) {
    list(null, new ArrayList<>(), listed);
  }

  private void list(@Nullable ConversationId after, List<ConversationState> before, Listed listed) {
    questions.ask(
        new Command.ListConversations(after),
        reply -> {
          if (reply instanceof Reply.Conversations(var page, var more)) {
            before.addAll(page);
            if (more && !page.isEmpty()) {
              list(page.getLast().conversation(), before, listed);
              return;
            }
          } else {
            log.warn("the conversations are not told: {}", reply);
          }
          before.forEach(this::learnPeer);
          listed.all(before);
        });
  }

  private void learnPeer(ConversationState state) {
    if (state.peer() != null) {
      peers.moved(state.conversation(), state.peer());
    }
  }

  @Override
  public void sent(Outgoing message) {
    listener.stateChanged(message, new SendState.Sent());
  }

  @Override
  public void stored(Outgoing message, ChatMessage asStored) {
    outbox.settle(message.id());
    listener.stateChanged(message, new SendState.Stored(asStored.seq(), asStored.sentAt()));
    receiver.stored(asStored);
    var conversation = message.conversation();
    if (conversation.isDirect() && !conversation.low().equals(conversation.high())) {
      peers.stored(message, asStored.seq());
    }
  }

  @Override
  public void refused(Outgoing message, Reply.Failed refusal) {
    outbox.settle(message.id());
    var code = Integer.toString(refusal.code().number());
    listener.stateChanged(message, new SendState.Refused(code, refusal.message()));
  }

  @Override
  public void onDisk(List<Outgoing> messages) {
    inLoop(() ->
        messages.forEach(message -> {
          listener.stateChanged(message, new SendState.Queued());
          sender.add(message);
        }));
  }

  @Override
  public void failed(List<Outgoing> messages, IOException cause) {
    var refused = new SendState.Refused("disk", "not kept and not sent: " + cause.getMessage());
    inLoop(() -> messages.forEach(message -> listener.stateChanged(message, refused)));
  }

  private void inLoop(Runnable task) {
    try {
      connection.executor().execute(task);
    } catch (RejectedExecutionException _) {
      log.debug("closed meanwhile");
    }
  }

  List<Outgoing> unsettled() {
    return outbox.messages();
  }

  @Override
  public void close() throws IOException {
    acknowledger.flush();
    sessionEnded();
    outbox.close();
    cursors.close();
    device.close();
  }

  private interface Listed {
    void all(List<ConversationState> conversations);
  }
}
