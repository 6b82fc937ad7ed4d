package io.chatserver.server.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What a node says of itself in its lease.
 *
 * @param connections open connections
 * @param messagesPerSecond messages that it stores
 * @param lagging sessions that are behind
 * @param version of its program
 * @param draining whether it sends its clients away
 */
public record NodeLoad(
    int connections, long messagesPerSecond, int lagging, String version, boolean draining) {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  String json() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot happen", e);
    }
  }

  /** Reads what another node wrote, of whatever version that is. */
  static NodeLoad parse(String json) {
    try {
      return MAPPER.readValue(json, NodeLoad.class);
    } catch (JsonProcessingException e) {
      return new NodeLoad(0, 0, 0, "?", false);
    }
  }
}
