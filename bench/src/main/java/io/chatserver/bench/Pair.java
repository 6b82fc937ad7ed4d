package io.chatserver.bench;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.Reply;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Two users who write to each other. In a closed loop they answer each message of the other with a
 * message, so that as many stay in flight between them as were begun with.
 *
 * <p>Threads: as of any {@link Conversation}.
 */
final class Pair implements Conversation, VirtualUser.Traffic {
  private final Speaker one;
  private final Speaker other;
  private final Talk.Load load;
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();
  private @Nullable SeqWindow seqs;

  /** The first message is out, and the others wait for it. */
  private boolean opening;

  private boolean stopping;
  private boolean movedSinceCheck;
  private boolean otherIsNext;

  Pair(VirtualUser one, VirtualUser other, Talk.Load load) {
    this.load = load;
    this.one = speaker(one, other, load);
    this.other = speaker(other, one, load);
    one.handTo(this);
    other.handTo(this);
  }

  private static Speaker speaker(VirtualUser user, VirtualUser peer, Talk.Load load) {
    var name = user.account() + " to " + peer.account();
    return new Speaker(user, name, text -> new Command.SendDirect(peer.id(), text), load);
  }

  @Override
  public EventLoop loop() {
    return one.user().loop();
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
          one.stop();
          other.stop();
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
    if (!movedSinceCheck && !stopping && inFlight() > 0) {
      one.stream().abandon();
      other.stream().abandon();
      open();
    }
    movedSinceCheck = false;
  }

  private long inFlight() {
    return one.stream().inFlight() + other.stream().inFlight();
  }

  private void open() {
    opening = true;
    one.say(System.nanoTime());
    one.user().flush();
  }

  private void fillWindow() {
    for (int i = 1; i < load.settings().window(); i++) {
      (i % 2 == 0 ? other : one).say(System.nanoTime());
    }
    one.user().flush();
    other.user().flush();
  }

  @Override
  public boolean send(long due) {
    if (opening || inFlight() >= Talk.MAX_WINDOW) {
      return false;
    }
    var speaker = otherIsNext ? other : one;
    otherIsNext = !otherIsNext;
    speaker.say(due);
    speaker.user().flush();
    return true;
  }

  @Override
  public void received(VirtualUser user, ChatMessage message) {
    long number = load.text().numberIn(message.text());
    if (number == 0 || message.sender().equals(user.id())) {
      // Of another run, or his own: that comes to him in a page of the log.
      return;
    }
    var receiver = speakerOf(user);
    var sender = receiver == one ? other : one;
    if (!message.sender().equals(sender.user().id())) {
      var account = sender.user().account();
      disturbed(user, "a message of " + account + " came from " + message.sender());
      return;
    }
    long nanos = sender.stream().delivered(number, message.seq(), System.nanoTime());
    if (message.seq() != 0) {
      checkSeq(user, message.seq());
    }
    if (nanos != MessageStream.NOT_COUNTED) {
      load.meter().done(nanos);
      movedSinceCheck = true;
      goOn(receiver);
    }
  }

  private void goOn(Speaker receiver) {
    if (stopping) {
      completeIfQuiet();
      return;
    }
    if (!load.isOpen()) {
      receiver.say(System.nanoTime());
      if (opening) {
        fillWindow();
      }
    }
    opening = false;
  }

  private void checkSeq(VirtualUser user, long seq) {
    if (seqs == null) {
      seqs = new SeqWindow(seq);
    }
    if (!seqs.add(seq)) {
      disturbed(user, "seq " + seq + " came twice");
    }
  }

  @Override
  public void answered(VirtualUser user, long rid, Reply reply) {
    speakerOf(user).answered(rid, reply);
    if (stopping) {
      completeIfQuiet();
    }
  }

  @Override
  public void disturbed(VirtualUser user, String what) {
    speakerOf(user).violated(what);
  }

  private void completeIfQuiet() {
    if (one.isQuiet() && other.isQuiet()) {
      quiet.complete(null);
    }
  }

  private Tally judgeInLoop() {
    one.user().handTo(VirtualUser.Traffic.NONE);
    other.user().handTo(VirtualUser.Traffic.NONE);
    one.stream().abandon();
    other.stream().abandon();
    long lost = one.stream().lost() + other.stream().lost();
    if (load.promised()) {
      var with = " with " + other.user().account();
      long unanswered = one.stream().unanswered() + other.stream().unanswered();
      if (lost > 0) {
        one.violated(lost + " messages" + with + " were not delivered");
      }
      if (unanswered > 0) {
        one.violated(unanswered + " messages" + with + " were not answered");
      }
      if (seqs != null && seqs.missing() != 0) {
        one.violated("seq " + seqs.missing() + with + " is missing");
      }
    }
    return new Tally(lost, one.stream().refusals() + other.stream().refusals());
  }

  private Speaker speakerOf(VirtualUser user) {
    return user == one.user() ? one : other;
  }
}
