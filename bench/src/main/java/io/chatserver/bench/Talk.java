package io.chatserver.bench;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Conversations under way: in a closed loop, where what arrives makes room for the next message, or
 * in an open one, where the clock does.
 *
 * <p>Threads: one drives it.
 */
final class Talk implements Scenario.Run {
  /** What a conversation may have in flight. */
  static final int MAX_WINDOW = 256;

  /** The parameter that only an open loop has. */
  static final String RATE = "rate_per_second";

  private static final Duration STALL = Duration.ofSeconds(1);
  private static final Duration JUDGE_TIMEOUT = Duration.ofSeconds(10);

  private final Load load;
  private final List<? extends Conversation> conversations;
  private final List<OpenLoop> openLoops = new ArrayList<>();
  private final List<ScheduledFuture<?>> stallChecks = new ArrayList<>();

  Talk(List<? extends Conversation> conversations, Load load) {
    this.conversations = conversations;
    this.load = load;
  }

  @Override
  public void start() {
    conversations.forEach(Conversation::start);
    if (!load.promised) {
      long period = STALL.toMillis();
      for (var each : conversations) {
        stallChecks.add(
            each.loop()
                .scheduleAtFixedRate(
                    each::restartIfStalled, period, period, TimeUnit.MILLISECONDS));
      }
    }
    if (load.settings.isOpen()) {
      byLoop().values().forEach(this::startOpenLoop);
    }
  }

  private Map<EventLoop, List<Conversation>> byLoop() {
    return conversations.stream()
        .collect(
            Collectors.groupingBy(Conversation::loop, LinkedHashMap::new, Collectors.toList()));
  }

  private void startOpenLoop(List<Conversation> ofOneLoop) {
    double rate = load.settings.rate * ofOneLoop.size() / conversations.size();
    var openLoop = new OpenLoop(ofOneLoop, new Schedule(System.nanoTime(), rate), load.meter);
    openLoops.add(openLoop);
    openLoop.start();
  }

  @Override
  public Tally stop() {
    openLoops.forEach(OpenLoop::stop);
    stallChecks.forEach(check -> check.cancel(false));
    var quiet = conversations.stream().map(Conversation::stop).toArray(CompletableFuture<?>[]::new);
    Waiting.atMost(load.settings.drain, CompletableFuture.allOf(quiet));
    return conversations.stream()
        .map(each -> Waiting.forResult(each.judge(), JUDGE_TIMEOUT, "the verdict"))
        .reduce(Tally.NOTHING, Tally::plus);
  }

  /**
   * How to talk.
   *
   * @param window messages in flight in each conversation, for a closed loop
   * @param rate messages per second in all conversations together; 0 for a closed loop
   * @param textLength characters of a message
   * @param drain how long to wait at the end for what is in flight
   */
  record Settings(int window, double rate, int textLength, Duration drain) {
    Settings {
      if (window < 1 || window > MAX_WINDOW) {
        throw new IllegalArgumentException(
            "window must be from 1 to " + MAX_WINDOW + ", not " + window);
      }
      if (!(rate >= 0)) {
        throw new IllegalArgumentException("rate must be at least 0, not " + rate);
      }
    }

    boolean isOpen() {
      return rate > 0;
    }

    /** Adds what the report is to show. */
    void addTo(Map<String, Object> parameters) {
      if (isOpen()) {
        parameters.put(RATE, rate);
      } else {
        parameters.put("window", window);
      }
      parameters.put("text_characters", textLength);
    }
  }

  /**
   * What the conversations of a run share.
   *
   * @param promised whether the wire promises delivery, so that a loss is a violation
   */
  record Load(Settings settings, MessageText text, boolean promised, Meter meter) {
    static Load of(Settings settings, Scenario.Stage stage) {
      var crew = stage.crew();
      var text = crew.text(settings.textLength);
      return new Load(settings, text, crew.wire().promisesDelivery(), stage.meter());
    }

    boolean isOpen() {
      return settings.isOpen();
    }
  }
}
