package io.chatserver.bench;

import io.chatserver.protocol.Command;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Users who come back all at once to messages that were sent while they were away. */
record BacklogScenario(int receivers, int messages, int textLength, Duration drain)
    implements Scenario {
  private static final int AT_ONCE = 50;

  /** What the original can do without losing most of it. */
  private static final int AT_ONCE_ON_THE_ORIGINAL = 4;

  BacklogScenario {
    Check.atLeast(1, receivers, "receivers");
    Check.atLeast(1, messages, "messages");
  }

  @Override
  public String name() {
    return "backlog";
  }

  @Override
  public String unit() {
    return "delivery";
  }

  @Override
  public Map<String, Object> parameters() {
    var parameters = new LinkedHashMap<String, Object>();
    parameters.put("receivers", receivers);
    parameters.put("messages_each", messages);
    parameters.put("text_characters", textLength);
    return parameters;
  }

  @Override
  public Run prepare(Stage stage) {
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
        i -> fill(crew, senders.get(i), users.get(i), text));
    senders.forEach(VirtualUser::leave);
    List<Returning> returning =
        IntStream.range(0, receivers)
            .mapToObj(i -> new Returning(users.get(i), senders.get(i).id(), messages, text, stage))
            .toList();
    return new BacklogDrain(returning, drain);
  }

  private void fill(Crew crew, VirtualUser sender, VirtualUser receiver, MessageText text) {
    for (long number = 1; number <= messages; number++) {
      crew.tell(sender, new Command.SendDirect(receiver.id(), text.of(number)));
    }
  }
}
