package io.chatserver.bench;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of scenarios in which users talk. */
final class TalkOptions {
  @Option(
      names = "--window",
      paramLabel = "N",
      description = "Messages in flight in each conversation; 1 is ping-pong: ${DEFAULT-VALUE}")
  private int window = 1;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = {
        "Messages per second in all conversations together, sent by the clock in place of --window;",
        "latency counts from the time at which a message was due"
      })
  private double rate;

  @Option(
      names = "--text",
      paramLabel = "N",
      description = "Characters of a message: ${DEFAULT-VALUE}")
  private int textLength = 64;

  Talk.Settings settings(Duration drain) {
    return new Talk.Settings(window, rate, textLength, drain);
  }
}
