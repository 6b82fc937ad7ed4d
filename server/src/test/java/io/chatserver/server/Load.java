package io.chatserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.awaitility.Awaitility;

/**
 * Users who talk at full speed to each other and in a group, some of whom are away, and the check
 * that nothing of it was lost, repeated or moved.
 *
 * <p>Threads: one; it has its own for its users.
 */
final class Load implements AutoCloseable {
  private static final int SENDERS = 3;
  private static final int WAIT_SECONDS = 60;

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("load-", 0).factory());
  private final List<Future<?>> running = new ArrayList<>();
  private final List<LoadUser> senders = new ArrayList<>();
  private final LoadUser listener;
  private final LoadUser restless;
  private final LoadUser away;
  private final GroupId group;
  private final Random random;
  private final LongAdder acknowledged = new LongAdder();
  private volatile boolean stopping;

  Load(int port, Random random) {
    this.random = random;
    for (int i = 0; i < SENDERS; i++) {
      senders.add(LoadUser.sender(port, "sender " + i, acknowledged::increment));
    }
    listener = LoadUser.listener(port, "listener");
    restless = LoadUser.listener(port, "restless");
    away = LoadUser.listener(port, "away");
    all().forEach(LoadUser::connect);
    group = senders.getFirst().client().createGroup("all");
    all().forEach(user -> user.client().join(group));
    away.disconnect();
  }

  private List<LoadUser> all() {
    var all = new ArrayList<>(senders);
    all.addAll(List.of(listener, restless, away));
    return all;
  }

  private List<Function<String, Command>> targets() {
    return List.of(
        text -> new Command.SendDirect(listener.id(), text, clientId(text)),
        text -> new Command.SendGroup(group, text, clientId(text)),
        text -> new Command.SendDirect(away.id(), text, clientId(text)),
        text -> new Command.SendDirect(restless.id(), text, clientId(text)),
        text -> new Command.SendDirect(senders.getFirst().id(), text, clientId(text)));
  }

  private static ClientMessageId clientId(String text) {
    return new ClientMessageId(text.replace(' ', '-'));
  }

  /** Everyone but who is away goes on until the server is gone. */
  void startUntilServerIsGone() {
    for (var sender : senders) {
      start(() -> sender.sayUntilHungUp(targets()));
    }
    start(listener::readUntilHungUp);
    long seed = random.nextLong();
    start(() -> comeAndGo(new Random(seed)));
  }

  /** Everyone but who is away goes on until {@link #finish}, on one connection. */
  void startUntilFinished() {
    stopping = false;
    for (var sender : senders) {
      start(() -> {
        while (!stopping) {
          sender.say(targets());
        }
        sender.settleAll();
      });
    }
  }

  private void start(Runnable work) {
    running.add(threads.submit(work));
  }

  private void comeAndGo(Random moments) {
    try {
      while (true) {
        restless.read(1 + moments.nextInt(100));
        restless.disconnect();
        restless.connect();
      }
    } catch (TestUser.HungUp | UncheckedIOException _) {
      // The server is gone. What had come before counts.
      restless.takeWhatIsAtHand();
    }
  }

  void finish() {
    stopping = true;
    await();
  }

  /** Waits until all have noticed that the server is gone. */
  void await() {
    try {
      for (var each : running) {
        each.get(WAIT_SECONDS, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      throw new AssertionError("a user failed", e.getCause());
    } catch (TimeoutException | InterruptedException e) {
      throw new AssertionError("a user did not end", e);
    }
    running.clear();
  }

  /** Everyone but who is away comes back. */
  void reconnect() {
    all().stream().filter(user -> user != away).forEach(LoadUser::connect);
  }

  int refused() {
    return senders.stream().mapToInt(LoadUser::refused).sum();
  }

  long acknowledged() {
    return acknowledged.sum();
  }

  /** Waits until so many more messages were acknowledged. */
  void awaitAcknowledged(int count) {
    long target = acknowledged() + count;
    Awaitility.await()
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(30))
        .until(() -> acknowledged() >= target);
  }

  /** Waits until the server asks to try again later. */
  void awaitRefused() {
    int before = refused();
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> refused() > before);
  }

  private Map<ConversationId, NavigableMap<Long, String>> acknowledgedTexts() {
    var all = new HashMap<ConversationId, NavigableMap<Long, String>>();
    for (var sender : senders) {
      sender
          .acknowledged()
          .forEach((conversation, texts) ->
              texts.forEach((seq, text) ->
                  assertThat(all.computeIfAbsent(conversation, _ -> new TreeMap<>()).put(seq, text))
                      .as("two messages are number %s of %s", seq, conversation)
                      .isNull()));
    }
    return all;
  }

  /**
   * Everyone says again what was not answered, and reads what he lacks; all that was said must be
   * there once, with the number that was acknowledged.
   */
  void checkNothingWasLost() {
    senders.forEach(LoadUser::settleAll);
    away.connect();
    var acknowledged = acknowledgedTexts();
    assertThat(acknowledged).isNotEmpty();
    for (var user : List.of(listener, restless, away)) {
      user.readUntilAllIsThere(acknowledged);
      user.seen()
          .forEach((conversation, texts) -> {
            // In a group, those who joined come first.
            assertThat(texts.lastKey() - texts.firstKey() + 1)
                .as("no hole in %s", conversation)
                .isEqualTo(texts.size());
            assertThat(texts)
                .containsExactlyEntriesOf(acknowledged.getOrDefault(conversation, new TreeMap<>()));
          });
    }
    away.disconnect();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    all().forEach(user -> user.client().close());
  }
}
