package io.chatserver.bench.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Locale;

/** What a node says of itself. */
record NodeHealth(String status, long connections, long messagesPerSecond) {
  /** Of one that says nothing. */
  static final NodeHealth DOWN = new NodeHealth("down", 0, 0);

  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Reads the answer to {@code GET /health}.
   *
   * @throws IOException if it is none
   */
  static NodeHealth parse(String text) throws IOException {
    var status = "up";
    long connections = 0;
    long messages = 0;
    try (var json = JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("not an object: " + text);
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var field = json.currentName();
        var value = json.nextToken();
        switch (field) {
          case "status" -> status = json.getText();
          case "connections" -> connections = json.getLongValue();
          case "messages_per_second" -> messages = json.getLongValue();
          default -> {
            if (value.isStructStart()) {
              json.skipChildren();
            }
          }
        }
      }
    }
    return new NodeHealth(status.equals("ok") ? "up" : status, connections, messages);
  }

  /** Whether a person would want to hear of the difference. */
  boolean isLike(NodeHealth other) {
    return status.equals(other.status) && connections == other.connections;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-9s %,7d connections %,7d messages/s",
        status,
        connections,
        messagesPerSecond);
  }
}
