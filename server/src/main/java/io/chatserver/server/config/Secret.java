package io.chatserver.server.config;

/** A text that must not be shown. */
public record Secret(String value) {
  @Override
  public String toString() {
    return "***";
  }
}
