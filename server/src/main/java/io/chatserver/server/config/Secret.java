package io.chatserver.server.config;

import com.fasterxml.jackson.annotation.JsonCreator;

/** A text that must not be shown. */
public record Secret(String value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Secret {}

  @Override
  public String toString() {
    return "***";
  }
}
