package io.chatserver.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Users who come back all at once to messages that were sent while they were away. */
record BacklogScenario(Backlog backlog, Duration drain) implements Scenario {
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
    parameters.put("receivers", backlog.receivers());
    parameters.put("messages_each", backlog.messages());
    parameters.put("text_characters", backlog.textLength());
    return parameters;
  }

  @Override
  public Run prepare(Stage stage) {
    var text = stage.crew().text(backlog.textLength());
    var returning =
        backlog.fill(stage).stream()
            .map(each -> new Returning(each.user(), each.sender(), backlog.messages(), text, stage))
            .toList();
    return new BacklogDrain(returning, drain);
  }
}
