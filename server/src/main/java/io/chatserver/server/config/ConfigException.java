package io.chatserver.server.config;

/** The settings cannot be used; its message says which, and what is allowed, in one line. */
public final class ConfigException extends Exception {
  public ConfigException(String message) {
    super(message);
  }
}
