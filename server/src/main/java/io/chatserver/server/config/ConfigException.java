package io.chatserver.server.config;

/**
 * The settings cannot be used. The message names the setting and the allowed values, in one line.
 */
public final class ConfigException extends Exception {
  public ConfigException(String message) {
    super(message);
  }
}
