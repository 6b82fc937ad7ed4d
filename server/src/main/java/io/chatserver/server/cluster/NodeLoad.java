package io.chatserver.server.cluster;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself in its lease.
 *
 * @param connections open connections
 * @param messagesPerSecond messages that it stores
 * @param lagging sessions that are behind
 * @param draining whether it sends its clients away
 * @param version of its program
 */
public record NodeLoad(
    int connections, long messagesPerSecond, int lagging, boolean draining, String version) {
  /** The form that stands in Redis: {@code connections=12 messages=340 …}. */
  String text() {
    return "connections="
        + connections
        + " messages="
        + messagesPerSecond
        + " lagging="
        + lagging
        + " draining="
        + draining
        + " version="
        + version;
  }

  /** Reads what another node wrote, of whatever version that is. */
  static NodeLoad parse(String text) {
    var fields =
        Arrays.stream(text.split(" ", -1))
            .map(field -> field.split("=", 2))
            .filter(parts -> parts.length == 2)
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (one, _) -> one));
    return new NodeLoad(
        (int) number(fields.get("connections")),
        number(fields.get("messages")),
        (int) number(fields.get("lagging")),
        "true".equals(fields.get("draining")),
        fields.getOrDefault("version", "?"));
  }

  private static long number(@Nullable String text) {
    return text != null && text.matches("\\d{1,9}") ? Long.parseLong(text) : 0;
  }
}
