package io.chatserver.bench.check;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A device of a user: what outlives its connections, and one connection after the other.
 *
 * <p>It believes nothing and filters nothing: it notes down what it is told, as it is told.
 *
 * <p>Threads: its own.
 */
final class Device implements Runnable {
  private static final int LONGEST_PAUSE_MILLIS = 300;
  private static final int SMALL_BUFFER = 4096;

  private final int number;
  private final Stage stage;
  private final Account account;
  private final Random random;
  private final History history;
  private final Outbox outbox = new Outbox();
  private final Cursors cursors = new Cursors();
  private final Map<ConversationId, Cast.Members> conversations = new HashMap<>();
  private final List<ConversationId> foreign = new ArrayList<>();
  private final Set<ConversationId> notJoined = new HashSet<>();
  private final Whims whims;
  private final Finale finale;
  private @Nullable String token;
  private int said;
  private boolean settled;

  Device(int number, Stage stage, Random random, History history) {
    this.number = number;
    this.stage = stage;
    this.account = stage.cast().devices().get(number);
    this.random = random;
    this.history = history;
    var all = stage.cast().members();
    // In one order, so that the same seed gives the same choices.
    for (var conversation : all.keySet().stream().sorted().toList()) {
      var members = stage.cast().membersOf(conversation.value());
      if (!members.has(account.id())) {
        foreign.add(conversation);
      } else {
        conversations.put(conversation, members);
        if (members.late().contains(account.id())) {
          notJoined.add(conversation);
        }
      }
    }
    whims = new Whims(this);
    finale = new Finale(this);
  }

  @Override
  public void run() {
    while (!finale.isOver() && !Thread.currentThread().isInterrupted()) {
      int buffer = random.nextInt(4) == 0 ? SMALL_BUFFER : 0;
      try (var line = new Line(stage.door(random), buffer)) {
        new Session(this, line).serve();
      } catch (IOException _) {
        // The server is gone, or does not let us in just now.
      }
      outbox.recall();
      sleep(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS)));
    }
  }

  /** Does nothing for a while. */
  void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** How it logs in this time, from where it has what it says; notes that down. */
  Command.Login login() {
    if (!account.resuming()) {
      // What was written to its last connection counts as received, whether it read it or not.
      cursors.forget();
    }
    var known = new HashMap<>(cursors.known());
    history.add(EventKind.LOGIN);
    known.forEach((conversation, seq) -> history.add(EventKind.CURSOR, conversation, seq));
    if (!foreign.isEmpty() && random.nextInt(5) == 0) {
      known.put(foreign.get(random.nextInt(foreign.size())), 0L);
    }
    var resume = account.resuming() ? new Command.Resume(known) : null;
    if (token != null && random.nextInt(4) != 0) {
      return new Command.Login(new Command.Credentials.Token(token), false, resume, true);
    }
    return new Command.Login(account.credentials(), true, resume, true);
  }

  /** Has a new message to send, since a time of {@link System#nanoTime}, if there is room. */
  void compose(ConversationId conversation, long writtenAt) {
    if (!outbox.isFull()) {
      said++;
      outbox.add(new Outbox.Letter(conversation, Saying.of(number, said), writtenAt));
    }
  }

  /** The conversations in which it can talk by now. */
  List<ConversationId> open() {
    return conversations.keySet().stream()
        .filter(conversation -> !notJoined.contains(conversation))
        .sorted()
        .toList();
  }

  /** Notes that nothing is left to be brought to its end. */
  void settled() {
    if (!settled) {
      settled = true;
      stage.unsettled().countDown();
    }
  }

  void token(@Nullable String newToken) {
    token = newToken;
  }

  Account account() {
    return account;
  }

  Stage stage() {
    return stage;
  }

  Random random() {
    return random;
  }

  History history() {
    return history;
  }

  Outbox outbox() {
    return outbox;
  }

  Cursors cursors() {
    return cursors;
  }

  Whims whims() {
    return whims;
  }

  Finale finale() {
    return finale;
  }

  /** All conversations of its user. */
  Map<ConversationId, Cast.Members> conversations() {
    return conversations;
  }

  /** Conversations of others. */
  List<ConversationId> foreign() {
    return foreign;
  }

  /** Groups of its user that this device has not joined yet. */
  Set<ConversationId> notJoined() {
    return notJoined;
  }
}
