package io.chatserver.server.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.chatserver.protocol.Numbering;
import io.chatserver.server.config.ServerConfig.Registration;
import io.chatserver.server.config.ServerConfig.SecondLogin;
import io.chatserver.server.config.ServerConfig.WentBack;
import io.chatserver.text.Utf8;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts the settings together: the defaults, a file, the environment, {@code --set}; the later wins.
 *
 * <p>A key that is not among the defaults is an error, wherever it comes from.
 */
public final class ConfigLoader {
  private static final String ENVIRONMENT_PREFIX = "CHATSERVER_";
  private static final String DURATION = "a number with ms, s, m, h or d, such as 90s";
  private static final String SUBNETS = "addresses with commas, such as 10.0.0.7, 10.1.0.0/16";
  private static final String RATE =
      "a burst and a rate, such as 100 then 10/s (or /m, /h); 0 for no limit";
  private static final String NUMBERING =
      Numbering.names() + ", or ten different numbers from 0 to " + Numbering.MAX_NUMBER;
  private static final String ZONE = "system, or a zone such as Europe/Berlin";
  private static final TomlMapper MAPPER =
      TomlMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(
              new SimpleModule()
                  .addDeserializer(int.class, text(int.class, "a whole number", Integer::valueOf))
                  .addDeserializer(
                      boolean.class, text(boolean.class, "true, false", ConfigLoader::bool))
                  .addDeserializer(String.class, text(String.class, "a text", text -> text))
                  .addDeserializer(Secret.class, text(Secret.class, "a text", Secret::new))
                  .addDeserializer(Path.class, text(Path.class, "a path", Path::of))
                  .addDeserializer(
                      Subnet.Several.class,
                      text(Subnet.Several.class, SUBNETS, Subnet.Several::parse))
                  .addDeserializer(Rate.class, text(Rate.class, RATE, Rate::parse))
                  .addDeserializer(
                      Numbering.class, text(Numbering.class, NUMBERING, Numbering::parse))
                  .addDeserializer(ZoneId.class, text(ZoneId.class, ZONE, ConfigLoader::zone))
                  .addDeserializer(Duration.class, text(Duration.class, DURATION, Durations::parse))
                  .addDeserializer(Listen.Plain.class, word(Listen.Plain.class))
                  .addDeserializer(SecondLogin.class, word(SecondLogin.class))
                  .addDeserializer(Registration.class, word(Registration.class))
                  .addDeserializer(WentBack.class, word(WentBack.class)))
          .build();

  private ConfigLoader() {}

  /** Reads one of several words, in any case. */
  private static <E extends Enum<E>> StdScalarDeserializer<E> word(Class<E> type) {
    var words = new LinkedHashMap<String, E>();
    for (var constant : type.getEnumConstants()) {
      words.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
    }
    return text(
        type,
        String.join(", ", words.keySet()),
        text ->
            Optional.ofNullable(words.get(text.toLowerCase(Locale.ROOT)))
                .orElseThrow(IllegalArgumentException::new));
  }

  /**
   * Loads the settings.
   *
   * @param file the operator's file, if there is one
   * @param environment the environment's variables
   * @param overrides values by {@code section.key}
   * @throws ConfigException if a key is unknown or a value not allowed
   */
  public static ServerConfig load(
      @Nullable Path file, Map<String, String> environment, Map<String, String> overrides)
      throws ConfigException {
    var settings = defaults();
    var set = new HashSet<String>();
    if (file != null) {
      merge(settings, read(file), file.toString(), set);
      checkOverridden(settings, set, keysOf(environment, settings));
      checkOverridden(settings, set, overrides.keySet());
    }
    for (var variable : environment.entrySet()) {
      if (variable.getKey().startsWith(ENVIRONMENT_PREFIX)) {
        var source = "environment variable " + variable.getKey();
        var key = keyOf(variable.getKey(), settings, source);
        set(settings, key, variable.getValue(), source);
        set.add(key);
      }
    }
    checkOverridden(settings, set, overrides.keySet());
    for (var override : overrides.entrySet()) {
      set(settings, override.getKey(), override.getValue(), "");
    }
    return bind(settings);
  }

  private static Set<String> keysOf(Map<String, String> environment, ObjectNode settings)
      throws ConfigException {
    var keys = new HashSet<String>();
    for (var variable : environment.keySet()) {
      if (variable.startsWith(ENVIRONMENT_PREFIX)) {
        keys.add(keyOf(variable, settings, "environment variable " + variable));
      }
    }
    return keys;
  }

  /**
   * Reports a wrong value that is about to be overridden: the operator who wrote it would find out
   * when the argument is left out one day. Other errors may be mended by what follows.
   *
   * @param set the keys that have been set so far
   * @param overriding the keys that will be set
   */
  private static void checkOverridden(ObjectNode settings, Set<String> set, Set<String> overriding)
      throws ConfigException {
    if (overriding.stream().noneMatch(set::contains)) {
      return;
    }
    try {
      var _ = bind(settings);
    } catch (ConfigException e) {
      var key = String.valueOf(e.getMessage()).split(" ", 2)[0];
      if (set.contains(key) && overriding.contains(key)) {
        throw e;
      }
    }
  }

  private static ObjectNode defaults() {
    try (var resource = ConfigLoader.class.getResourceAsStream("/chatserver.toml")) {
      return (ObjectNode) MAPPER.readTree(resource);
    } catch (IOException e) {
      throw new IllegalStateException("the defaults cannot be read", e);
    }
  }

  private static JsonNode read(Path file) throws ConfigException {
    try {
      return MAPPER.readTree(Utf8.read(file));
    } catch (JsonProcessingException e) {
      var place = e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr();
      throw new ConfigException(file + place + ": " + e.getOriginalMessage());
    } catch (NoSuchFileException _) {
      throw new ConfigException("cannot read " + file + ": there is no such file");
    } catch (IOException e) {
      throw new ConfigException("cannot read " + file + ": " + e.getMessage());
    }
  }

  private static void merge(ObjectNode settings, JsonNode file, String source, Set<String> set)
      throws ConfigException {
    for (var section : file.properties()) {
      for (var value : section.getValue().properties()) {
        var key = section.getKey() + "." + value.getKey();
        place(settings, key, source).set(value.getKey(), value.getValue());
        set.add(key);
      }
      if (!section.getValue().isObject()) {
        throw settings.has(section.getKey())
            ? new ConfigException(source + ": " + inBrackets(section.getKey()))
            : unknown(section.getKey(), settings, source);
      }
    }
  }

  private static void set(ObjectNode settings, String key, String value, String source)
      throws ConfigException {
    if (value.indexOf(Utf8.REPLACEMENT) >= 0) {
      throw new ConfigException((source.isEmpty() ? key : source) + " is not in UTF-8");
    }
    place(settings, key, source).put(key.substring(key.indexOf('.') + 1), value);
  }

  /** The section of a key that exists. */
  private static ObjectNode place(ObjectNode settings, String key, String source)
      throws ConfigException {
    var parts = key.split("\\.", 2);
    if (parts.length == 2
        && settings.get(parts[0]) instanceof ObjectNode section
        && section.has(parts[1])) {
      return section;
    }
    throw unknown(key, settings, source);
  }

  private static String inBrackets(String section) {
    return section + " is a section: write [" + section + "], and its keys below that";
  }

  private static ConfigException unknown(String key, ObjectNode settings, String source) {
    var section = settings.get(key.split("\\.", 2)[0]);
    var where = section == null ? "; allowed sections: " : "; allowed there: ";
    var allowed = section == null ? settings : section;
    var names = allowed.propertyStream().map(Map.Entry::getKey).collect(Collectors.joining(", "));
    var prefix = source.isEmpty() ? "" : source + ": ";
    return new ConfigException(prefix + "unknown key " + key + where + names);
  }

  /** CHATSERVER_STORAGE_POOL_SIZE is storage.pool_size. */
  private static String keyOf(String variable, ObjectNode settings, String source)
      throws ConfigException {
    var name = variable.substring(ENVIRONMENT_PREFIX.length()).toLowerCase(Locale.ROOT);
    for (var section : settings.properties()) {
      if (name.startsWith(section.getKey() + "_")) {
        return section.getKey() + "." + name.substring(section.getKey().length() + 1);
      }
    }
    throw unknown(name, settings, source);
  }

  private static ServerConfig bind(ObjectNode settings) throws ConfigException {
    try {
      var config = MAPPER.treeToValue(settings, ServerConfig.class);
      return new ServerConfig(
          config.listen(),
          config.data(),
          config.storage().in(config.data().dir()),
          config.session(),
          config.account(),
          config.limits(),
          config.throttle(),
          config.log(),
          config.relay(),
          config.node(),
          config.drain(),
          config.admin(),
          config.legacy());
    } catch (ValueInstantiationException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new ConfigException(String.valueOf(cause.getMessage()));
    } catch (InvalidFormatException e) {
      throw new ConfigException(path(e) + " is " + shownAndAllowed(settings, e));
    } catch (JsonProcessingException e) {
      throw new ConfigException(e.getOriginalMessage());
    }
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(JsonMappingException.Reference::getFieldName)
        .collect(Collectors.joining("."));
  }

  private static String shownAndAllowed(ObjectNode settings, InvalidFormatException e) {
    JsonNode value = settings;
    for (var step : e.getPath()) {
      value = value.path(step.getFieldName());
    }
    var shown = e.getTargetType() == Secret.class ? "***" : value.toString();
    var allowed = value.isArray() ? ", a list; allowed: one value, " : "; allowed: ";
    return shown + allowed + e.getOriginalMessage();
  }

  private static boolean bool(String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw new IllegalArgumentException(text);
  }

  private static ZoneId zone(String text) {
    try {
      return text.equals("system") ? ZoneId.systemDefault() : ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static <T> TextDeserializer<T> text(
      Class<T> type, String allowed, Function<String, T> parser) {
    return new TextDeserializer<>(type, allowed, parser);
  }

  /** Reads a value from its text form, whichever way it is written; corrects nothing. */
  private static final class TextDeserializer<T> extends StdScalarDeserializer<T> {
    private final String allowed;
    private final transient Function<String, T> parser;

    TextDeserializer(Class<T> type, String allowed, Function<String, T> parser) {
      super(type);
      this.allowed = allowed;
      this.parser = parser;
    }

    @Override
    public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
      try {
        if (json.currentToken().isScalarValue()) {
          return parser.apply(json.getText());
        }
      } catch (IllegalArgumentException _) {
        // Not one of those.
      }
      throw InvalidFormatException.from(json, allowed, json.currentToken(), handledType());
    }
  }
}
