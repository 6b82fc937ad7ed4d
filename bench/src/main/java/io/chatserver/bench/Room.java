package io.chatserver.bench;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Reply;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A group of whose members one speaks and the others listen. In a closed loop the next message is
 * sent when one has reached every listener.
 *
 * <p>Threads: as of any {@link Conversation}.
 */
final class Room implements Conversation, VirtualUser.Traffic {
  private final Speaker speaker;
  private final List<Listener> listeners;
  private final Talk.Load load;
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();

  /** How many listeners have got a message that is in flight, and under which {@code seq}. */
  private final int[] reached = new int[MessageStream.SLOTS];

  private final long[] seqs = new long[MessageStream.SLOTS];
  private long delivered;

  /** The first message is out, and the others wait for it. */
  private boolean opening;

  private boolean stopping;
  private boolean movedSinceCheck;

  /**
   * Creates one.
   *
   * @param members the first of them speaks
   */
  Room(GroupId group, List<VirtualUser> members, Talk.Load load) {
    this.load = load;
    var user = members.getFirst();
    speaker =
        new Speaker(
            user,
            user.account() + " to group " + group,
            text -> new Command.SendGroup(group, text),
            load);
    listeners = members.stream().skip(1).map(Listener::new).toList();
    user.handTo(this);
  }

  @Override
  public EventLoop loop() {
    return speaker.user().loop();
  }

  @Override
  public void start() {
    loop().execute(this::open);
  }

  @Override
  public CompletableFuture<Void> stop() {
    loop()
        .execute(() -> {
          stopping = true;
          speaker.stop();
          completeIfQuiet();
        });
    return quiet;
  }

  @Override
  public CompletableFuture<Tally> judge() {
    return CompletableFuture.supplyAsync(this::judgeInLoop, loop());
  }

  @Override
  public void restartIfStalled() {
    if (!movedSinceCheck && !stopping && speaker.stream().inFlight() > 0) {
      speaker.stream().abandon();
      open();
    }
    movedSinceCheck = false;
  }

  private void open() {
    opening = true;
    say(System.nanoTime());
    speaker.user().flush();
  }

  private void say(long since) {
    int slot = MessageStream.slot(speaker.say(since));
    reached[slot] = 0;
    seqs[slot] = 0;
  }

  @Override
  public boolean send(long due) {
    if (opening || speaker.stream().inFlight() >= Talk.MAX_WINDOW) {
      return false;
    }
    say(due);
    speaker.user().flush();
    return true;
  }

  /** A listener has got a message, in order. */
  private void reached(long number, long seq) {
    delivered++;
    var stream = speaker.stream();
    if (stream.isAbandoned(number)) {
      return;
    }
    long now = System.nanoTime();
    int slot = MessageStream.slot(number);
    if (reached[slot] == 0) {
      seqs[slot] = seq;
    } else if (seqs[slot] != seq) {
      speaker.violated(
          "message " + number + " has seq " + seqs[slot] + " for one and " + seq + " for another");
    }
    load.meter().done(now - stream.sentAt(number));
    movedSinceCheck = true;
    reached[slot]++;
    if (reached[slot] == listeners.size()) {
      stream.delivered(number, seq, now);
      goOn();
    }
  }

  private void goOn() {
    if (stopping) {
      completeIfQuiet();
      return;
    }
    if (!load.isOpen()) {
      int next = opening ? load.settings().window() : 1;
      for (int i = 0; i < next; i++) {
        say(System.nanoTime());
      }
      speaker.user().flush();
    }
    opening = false;
  }

  @Override
  public void answered(VirtualUser user, long rid, Reply reply) {
    speaker.answered(rid, reply);
    if (stopping) {
      completeIfQuiet();
    }
  }

  @Override
  public void received(VirtualUser user, ChatMessage message) {
    // His own, in a page of the log.
  }

  @Override
  public void disturbed(VirtualUser user, String what) {
    speaker.violated(what);
  }

  private void completeIfQuiet() {
    if (speaker.isQuiet()) {
      quiet.complete(null);
    }
  }

  private Tally judgeInLoop() {
    var stream = speaker.stream();
    speaker.user().handTo(VirtualUser.Traffic.NONE);
    listeners.forEach(each -> each.user.handTo(VirtualUser.Traffic.NONE));
    stream.abandon();
    long lost = stream.taken() * listeners.size() - delivered;
    if (load.promised()) {
      if (lost > 0) {
        speaker.violated(lost + " deliveries to its group were not made");
      }
      if (stream.unanswered() > 0) {
        speaker.violated(stream.unanswered() + " messages to its group were not answered");
      }
    }
    return new Tally(lost, stream.refusals());
  }

  /** A member who takes each message once, in order, under contiguous numbers. */
  private final class Listener implements VirtualUser.Traffic {
    final VirtualUser user;
    private long lastNumber;
    private long lastSeq;

    Listener(VirtualUser user) {
      this.user = user;
      user.handTo(this);
    }

    @Override
    public void received(VirtualUser receiver, ChatMessage message) {
      long number = load.text().numberIn(message.text());
      if (number == 0) {
        return;
      }
      if (!message.sender().equals(speaker.user().id())) {
        disturbed(receiver, "a message of the group came from " + message.sender());
        return;
      }
      if (number <= lastNumber) {
        disturbed(receiver, "message " + number + " came after " + lastNumber);
        return;
      }
      if (lastSeq != 0 && message.seq() != lastSeq + 1) {
        disturbed(receiver, "seq " + message.seq() + " came after " + lastSeq);
      }
      lastNumber = number;
      lastSeq = message.seq();
      reached(number, message.seq());
    }

    @Override
    public void answered(VirtualUser asker, long rid, Reply reply) {
      disturbed(asker, "an answer to nothing: " + reply);
    }

    @Override
    public void disturbed(VirtualUser disturbed, String what) {
      load.meter().violations().add(disturbed.account() + ": " + what);
    }
  }
}
