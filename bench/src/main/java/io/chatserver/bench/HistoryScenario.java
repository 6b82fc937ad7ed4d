package io.chatserver.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Users who read pages of what was said, anywhere in it, over and over.
 *
 * @param limit messages of a page
 */
record HistoryScenario(Backlog backlog, int limit, Duration drain) implements Scenario {
  HistoryScenario {
    Check.atLeast(1, limit, "page");
    Check.atLeast(limit, backlog.messages(), "messages");
  }

  @Override
  public String name() {
    return "history";
  }

  @Override
  public String unit() {
    return "page";
  }

  @Override
  public Map<String, Object> parameters() {
    var parameters = new LinkedHashMap<String, Object>();
    parameters.put("readers", backlog.receivers());
    parameters.put("messages_each", backlog.messages());
    parameters.put("messages_a_page", limit);
    parameters.put("text_characters", backlog.textLength());
    return parameters;
  }

  @Override
  public Run prepare(Stage stage) {
    var crew = stage.crew();
    if (!crew.wire().promisesDelivery()) {
      throw new BenchFailed("the original keeps no history");
    }
    var text = crew.text(backlog.textLength());
    var receivers = backlog.fill(stage);
    stage
        .together()
        .each(
            "logging the readers in",
            receivers,
            crew.wire().loginsAtOnce(),
            each -> crew.enter(each.user()));
    var readers =
        receivers.stream()
            .map(each -> new HistoryReader(each, backlog.messages(), limit, text, stage.meter()))
            .toList();
    return new HistoryReading(readers, drain);
  }
}
