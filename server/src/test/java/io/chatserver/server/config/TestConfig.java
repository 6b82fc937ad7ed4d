package io.chatserver.server.config;

import java.util.HashMap;
import java.util.Map;

/** Settings for tests: the defaults but for what is given. */
public final class TestConfig {
  private TestConfig() {}

  /** Settings with values by {@code section.key}. */
  public static ServerConfig with(Map<String, String> overrides) {
    try {
      return ConfigLoader.load(null, Map.of(), new HashMap<>(overrides));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
