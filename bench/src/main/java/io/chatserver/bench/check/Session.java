package io.chatserver.bench.check;

import io.chatserver.bench.Throttling;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.StreamDigest;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A device on one connection: sends what is to be sent, and notes down what comes.
 *
 * <p>Threads: the device's.
 */
final class Session {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LEAST_PATIENCE = Duration.ofSeconds(2);
  private static final Duration MOST_PATIENCE = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(100);
  private static final Duration RETRY_DELAY = Duration.ofMillis(200);

  private record Asked(Errand errand, long at) {}

  private final Device device;
  private final History history;
  private final Line line;
  private final Map<Long, Asked> asked = new LinkedHashMap<>();
  private final StreamDigest digest = new StreamDigest();
  private final Duration patience;
  private boolean loggedIn;
  private boolean ended;

  Session(Device device, Line line) {
    this.device = device;
    this.history = device.history();
    this.line = line;
    long more = MOST_PATIENCE.minus(LEAST_PATIENCE).toMillis();
    patience = LEAST_PATIENCE.plusMillis(device.random().nextLong(more));
  }

  /** Serves the device until it or the server breaks off. */
  void serve() throws IOException {
    try {
      serveToTheEnd();
    } finally {
      history.add(EventKind.GONE);
    }
  }

  private void serveToTheEnd() throws IOException {
    ask(new Errand.LogIn(), device.login());
    while (!ended && !Thread.currentThread().isInterrupted()) {
      var wait = LONGEST_WAIT;
      if (loggedIn) {
        wait = work();
      }
      var frame = ended ? null : line.next(wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
      if (frame != null) {
        take(frame);
      }
      checkPatience();
    }
  }

  /** Does what the device wants; how long it can wait for the server then. */
  private Duration work() throws IOException {
    for (var letter : device.outbox().take(System.nanoTime())) {
      long waited = System.nanoTime() - letter.writtenAt();
      history.add(EventKind.SAYS, letter.conversation(), 0, letter.saying(), waited);
      ask(new Errand.Say(letter), command(letter));
    }
    return switch (device.stage().phase()) {
      case TALK -> device.whims().act(this);
      case SETTLE -> device.finale().settle(this);
      case FINISH -> device.finale().finish(this);
    };
  }

  /** The command that sends it; a forgery goes under the id of what it imitates. */
  Command command(Outbox.Letter letter) {
    long saying = letter.saying();
    var conversation = letter.conversation();
    var text = Saying.text(saying);
    var clientId = Saying.clientId(saying);
    return conversation.isDirect()
        ? new Command.SendDirect(conversation.peerOf(device.account().id()), text, clientId)
        : new Command.SendGroup(conversation.group(), text, clientId);
  }

  void ask(Errand errand, Command command) throws IOException {
    long rid = line.send(command);
    asked.put(rid, new Asked(errand, System.nanoTime()));
  }

  /** Asks how its user stands in all conversations. */
  void survey() throws IOException {
    history.add(EventKind.LISTS);
    ask(new Errand.Survey(), new Command.ListConversations(null));
  }

  /** Acknowledges, which is not answered. */
  void acknowledge(Map<ConversationId, Long> received, Map<ConversationId, Long> read)
      throws IOException {
    line.sendSilently(new Command.Acknowledge(received, read));
  }

  /** Whether every question is answered. */
  boolean isQuiet() {
    return asked.isEmpty();
  }

  /** Ends the connection in an orderly way. */
  void leave() {
    ended = true;
  }

  /** Ends it as a client that is killed does. */
  void die() throws IOException {
    ended = true;
    line.reset();
  }

  private void checkPatience() throws IOException {
    if (ended || asked.isEmpty()) {
      return;
    }
    var oldest = asked.values().iterator().next();
    long waited = System.nanoTime() - oldest.at;
    if (waited > PATIENCE.toNanos()) {
      history.strange(null, "no answer to " + oldest.errand + " within " + PATIENCE);
      throw new IOException("no answer");
    }
    boolean mayGo = device.stage().hasManyDoors() && device.stage().phase() != Stage.Phase.FINISH;
    if (mayGo && waited > patience.toNanos()) {
      // As a node that hangs would have its clients go to another.
      throw new IOException("no answer");
    }
  }

  private void take(Frame frame) throws IOException {
    switch (frame) {
      case Frame.Response(var rid, var _, var reply) -> {
        var question = rid == null ? null : asked.remove(rid);
        if (question == null) {
          history.strange(null, "an answer to nothing: " + frame);
        } else {
          settle(question.errand, reply);
        }
      }
      case Frame.Event(var push) -> take(push);
      case Frame.Malformed _, Frame.Request _ -> history.strange(null, frame.toString());
    }
  }

  private void take(Push push) {
    if (!loggedIn) {
      history.strange(null, "before the session: " + push);
    }
    switch (push) {
      case Push.MessageReceived(var message) -> take(EventKind.PUSHED, message);
      case Push.EntryReceived(var entry) -> take(EventKind.PUSHED, entry);
      case Push.Page(var conversation, var entries, var _, var _) -> {
        for (var entry : entries) {
          take(EventKind.PAGED, entry);
          if (!entry.conversation().equals(conversation)) {
            history.strange(conversation, "in a page: " + entry);
          }
        }
      }
      case Push.Receipt(var conversation, var user, var place) ->
          history.add(
              EventKind.RECEIPT, conversation, user.value(), place.received(), place.read());
      case Push.Closing(var reason, var _) -> {
        if (Throttling.isClosing(reason)) {
          device.stage().throttled().increment();
        }
        if (!reason.mayReconnect()) {
          history.strange(null, "closing: " + reason);
        }
      }
    }
  }

  private void take(EventKind kind, LogEntry entry) {
    var conversation = entry.conversation();
    show(kind, entry);
    digest.add(conversation, entry.seq());
    device.cursors().pushed(conversation, entry.seq());
    device.stage().delivered().increment();
  }

  private void show(EventKind kind, LogEntry entry) {
    long saying = device.stage().identify(entry);
    history.add(kind, entry.conversation(), entry.seq(), saying, LogCopy.millis(entry));
  }

  private void settle(Errand errand, Reply reply) throws IOException {
    if (Throttling.isRefusal(reply)) {
      device.stage().throttled().increment();
    }
    switch (errand) {
      case Errand.LogIn _ -> begin(reply);
      case Errand.Say(var letter) -> settle(letter, reply);
      case Errand.Repeat(var letter) when reply instanceof Reply.Sent sent -> stored(letter, sent);
      case Errand.Forge(var forgery) when reply instanceof Reply.Sent sent -> stored(forgery, sent);
      case Errand.Forge _ when isFailure(reply, ErrorCode.CLIENT_ID_CONFLICT) -> {}
      case Errand.Intrude _ when isFailure(reply, ErrorCode.NOT_A_MEMBER) -> {}
      case Errand.Look _ when reply instanceof Reply.History page ->
          page.entries().forEach(entry -> show(EventKind.READ, entry));
      case Errand.LookForFirst(var conversation) when reply instanceof Reply.History page ->
          device
              .finale()
              .firstVisible(
                  conversation, page.entries().isEmpty() ? 0 : page.entries().getFirst().seq());
      case Errand.Survey _ when reply instanceof Reply.Conversations page -> surveyed(page);
      case Errand.Compare _ when reply instanceof Reply.Pong(var _, var theirs, _) -> {
        if (device.account().resuming()) {
          compare(theirs == null ? "" : theirs);
        }
      }
      case Errand.Join(var conversation) when reply instanceof Reply.InGroup -> {
        history.add(EventKind.JOINED, conversation, 0);
        device.notJoined().remove(conversation);
      }
      default -> {
        if (errand instanceof Errand.Intrude(var conversation)
            && !(reply instanceof Reply.Failed)) {
          history.add(EventKind.ADMITTED, conversation, 0);
        } else if (!(reply instanceof Reply.Failed(var code, var _, var _) && code.isRetryable())) {
          history.strange(null, errand + " is answered with " + reply);
        }
      }
    }
  }

  private static boolean isFailure(Reply reply, ErrorCode expected) {
    return reply instanceof Reply.Failed(var code, var _, var _) && code == expected;
  }

  private void begin(Reply reply) throws IOException {
    switch (reply) {
      case Reply.LoggedIn session -> {
        loggedIn = true;
        history.add(EventKind.SESSION);
        device.stage().sessions().increment();
        if (session.token() != null) {
          device.token(session.token().text());
        }
      }
      case Reply.Failed(var code, var _, var _) when code.isRetryable() ->
          throw new IOException("no session: " + code);
      default -> {
        device.token(null);
        history.strange(null, "the login is answered with " + reply);
        throw new IOException("no session");
      }
    }
  }

  private void settle(Outbox.Letter letter, Reply reply) {
    switch (reply) {
      case Reply.Sent sent -> {
        stored(letter, sent);
        device.outbox().settle(letter);
        device.stage().acknowledged().increment();
      }
      case Reply.Failed(var code, var _, var after) when code.isRetryable() -> {
        history.add(EventKind.REFUSED, letter.conversation(), 0, letter.saying(), code.number());
        var delay = after == null ? RETRY_DELAY : after;
        device.outbox().retry(letter, System.nanoTime() + delay.toNanos());
      }
      default -> {
        history.strange(letter.conversation(), letter + " is answered with " + reply);
        device.outbox().settle(letter);
      }
    }
  }

  private void stored(Outbox.Letter letter, Reply.Sent sent) {
    var conversation = sent.conversation();
    long time = sent.sentAt().toEpochMilli();
    history.add(EventKind.STORED, conversation, sent.seq(), letter.saying(), time);
    device.cursors().stored(conversation, sent.seq());
  }

  private void surveyed(Reply.Conversations page) throws IOException {
    for (var state : page.conversations()) {
      var own = state.own();
      var conversation = state.conversation();
      history.add(EventKind.PLACE, conversation, state.head(), own.received(), own.read());
      device.finale().place(conversation, own.received());
      var peer = state.peer();
      if (peer != null) {
        long other = conversation.peerOf(device.account().id()).value();
        history.add(EventKind.PEER_PLACE, conversation, other, peer.received(), peer.read());
      }
    }
    if (page.more()) {
      var last = page.conversations().getLast().conversation();
      ask(new Errand.Survey(), new Command.ListConversations(last));
    }
  }

  private void compare(String theirs) {
    var ours = digest.text();
    if (!theirs.equals(ours)) {
      history.add(EventKind.DIGEST_DIFFERS, null, 0, number(theirs), number(ours));
    }
  }

  private static long number(String digest) {
    try {
      return Long.parseUnsignedLong(digest, 16);
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
