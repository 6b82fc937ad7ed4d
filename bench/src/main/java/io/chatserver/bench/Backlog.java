package io.chatserver.bench;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.UserId;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Messages that were sent to users while they were away, so many to each by a sender of his own.
 *
 * @param receivers users
 * @param messages that each gets
 * @param textLength characters of a message
 */
record Backlog(int receivers, int messages, int textLength) {
  private static final int AT_ONCE = 50;

  /** What the original can do without losing most of it. */
  private static final int AT_ONCE_ON_THE_ORIGINAL = 4;

  Backlog {
    Check.atLeast(1, receivers, "receivers");
    Check.atLeast(1, messages, "messages");
  }

  /** A user who is connected, but not logged in, and who has sent him everything. */
  record Receiver(VirtualUser user, UserId sender) {}

  /** Opens new accounts and sends. */
  List<Receiver> fill(Scenario.Stage stage) {
    var crew = stage.crew();
    crew.checkOpenFiles(2 * receivers);
    var accounts = crew.newAccounts(2 * receivers);
    var senders = crew.connect(accounts.subList(0, receivers), 1);
    var users = crew.connect(accounts.subList(receivers, 2 * receivers), 1);
    var together = stage.together();
    together.each("logging the senders in", senders, crew.wire().loginsAtOnce(), crew::enter);
    together.each("registering", users, crew.wire().loginsAtOnce(), crew::register);
    int atOnce = crew.wire().promisesDelivery() ? AT_ONCE : AT_ONCE_ON_THE_ORIGINAL;
    var text = crew.text(textLength);
    var pairs = IntStream.range(0, receivers).boxed().toList();
    together.each(
        String.format("sending %,d messages to each of %,d", messages, receivers),
        pairs,
        atOnce,
        i -> send(crew, senders.get(i), users.get(i), text));
    senders.forEach(VirtualUser::leave);
    return pairs.stream().map(i -> new Receiver(users.get(i), senders.get(i).id())).toList();
  }

  private void send(Crew crew, VirtualUser sender, VirtualUser receiver, MessageText text) {
    for (long number = 1; number <= messages; number++) {
      crew.tell(sender, new Command.SendDirect(receiver.id(), text.of(number)));
    }
  }
}
