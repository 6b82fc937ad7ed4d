package io.chatserver.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.chatserver.server.config.ServerConfig.SecondLogin;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
  private static final Map<String, String> NOTHING = Map.of();
  private static final Subnet.Several NO_PROXIES = new Subnet.Several(List.of());

  @TempDir private Path directory;

  @Test
  void hasDefaultsThatAreAllowed() throws ConfigException {
    var config = ConfigLoader.load(null, NOTHING, NOTHING);

    assertThat(config.listen())
        .isEqualTo(
            new Listen(
                "127.0.0.1",
                6000,
                0,
                NO_PROXIES,
                Duration.ofSeconds(5),
                Listen.Plain.ANY,
                0,
                "",
                ""));
    assertThat(config.storage().url()).isEqualTo("jdbc:sqlite:data/chat.db");
    assertThat(config.session().secondLogin()).isEqualTo(SecondLogin.ALLOW);
    assertThat(config.storage().slowStatement()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.legacy().timeZone()).isEqualTo(ZoneId.systemDefault());
  }

  @Test
  void readsTheAddressesOfLoadBalancers() throws ConfigException {
    var text = "127.0.0.1, 10.0.0.0/8,::1,fd00::/16";
    var config = ConfigLoader.load(null, NOTHING, Map.of("listen.proxy_from", text));

    assertThat(config.listen().proxyFrom().subnets())
        .containsExactly(
            new Subnet(InetAddress.ofLiteral("127.0.0.1"), 32),
            new Subnet(InetAddress.ofLiteral("10.0.0.0"), 8),
            new Subnet(InetAddress.ofLiteral("::1"), 128),
            new Subnet(InetAddress.ofLiteral("fd00::"), 16));
  }

  @Test
  void readsRates() throws ConfigException {
    var throttle =
        ConfigLoader.load(
                null, NOTHING, Map.of("throttle.sends", "7 then 2/m", "throttle.lists", "0"))
            .throttle();

    assertThat(throttle.sends()).isEqualTo(new Rate(7, 2, Duration.ofMinutes(1)));
    assertThat(throttle.lists().isOff()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "listen.tls_certificate=c | listen.tls_key is \"\"",
        "listen.tls_key=k | listen.tls_certificate is \"\"",
        "listen.plain=off | listen.plain is off, but listen.tls_certificate is \"\"",
        "listen.plain=maybe | listen.plain is \"maybe\"; allowed: any, loopback, off",
        "listen.tls_port=7 | listen.tls_port is 7, but listen.tls_certificate is \"\"",
        "listen.tls_certificate=c listen.tls_key=k | listen.tls_port is 0; allowed: 1 to 65535",
        "listen.tls_certificate=c listen.tls_key=k listen.tls_port=6000 | as listen.port",
        "listen.tls_port=70000 | listen.tls_port is 70000; allowed: 0 to 65535"
      })
  void refusesHalfOfTls(String settings, String message) {
    var overrides = new HashMap<String, String>();
    for (var setting : settings.split(" ", -1)) {
      var parts = setting.split("=", 2);
      overrides.put(parts[0], parts[1]);
    }

    assertThatThrownBy(() -> ConfigLoader.load(null, NOTHING, overrides))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void findsTheAddressOfConnectionsWithoutTls() throws ConfigException {
    assertThat(plainHost("10.0.0.1", "any")).isEqualTo("10.0.0.1");
    assertThat(plainHost("10.0.0.1", "loopback")).isEqualTo("127.0.0.1");
    assertThat(plainHost("chat.example.org", "loopback")).isEqualTo("127.0.0.1");
    assertThat(plainHost("127.0.0.7", "loopback")).isEqualTo("127.0.0.7");
    assertThat(plainHost("::1", "Loopback")).isEqualTo("::1");
  }

  private static @Nullable String plainHost(String host, String plain) throws ConfigException {
    var overrides = Map.of("listen.host", host, "listen.plain", plain);
    return ConfigLoader.load(null, NOTHING, overrides).listen().plainHost();
  }

  /**
   * A key without a component would be read by nobody, a component without a key have no default.
   */
  @Test
  void bindsEveryKeyToAComponentAndViceVersa() throws IOException {
    try (var resource = ConfigLoader.class.getResourceAsStream("/chatserver.toml")) {
      var defaults = (ObjectNode) new TomlMapper().readTree(resource);

      var keys =
          defaults
              .propertyStream()
              .flatMap(section ->
                  section
                      .getValue()
                      .propertyStream()
                      .map(key -> section.getKey() + "." + key.getKey()));

      assertThat(keys).containsExactlyElementsOf(components().toList());
    }
  }

  private static Stream<String> components() {
    return Arrays.stream(ServerConfig.class.getRecordComponents())
        .flatMap(section ->
            Arrays.stream(section.getType().getRecordComponents())
                .map(component -> key(section) + "." + key(component)));
  }

  private static String key(RecordComponent component) {
    return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName());
  }

  @Test
  void takesTheFileBeforeTheDefault() throws Exception {
    var config =
        ConfigLoader.load(
            file(
                "[listen]\nport = 7001\n[data]\ndir = \"/x\"\n[session]\nsecond_login = \"Reject\""),
            NOTHING,
            NOTHING);

    assertThat(config.listen())
        .isEqualTo(
            new Listen(
                "127.0.0.1",
                7001,
                0,
                NO_PROXIES,
                Duration.ofSeconds(5),
                Listen.Plain.ANY,
                0,
                "",
                ""));
    assertThat(config.storage().url()).isEqualTo("jdbc:sqlite:/x/chat.db");
    assertThat(config.session().secondLogin()).isEqualTo(SecondLogin.REJECT);
  }

  @Test
  void takesTheEnvironmentBeforeTheFileAndTheCommandLineBeforeBoth() throws Exception {
    var file = file("[log]\nwriters = 11\nqueue = 111\nbatch = 1111\nwent_back = \"refuse\"");
    var environment = Map.of("CHATSERVER_LOG_QUEUE", "222", "CHATSERVER_LOG_BATCH", "2222");

    var config = ConfigLoader.load(file, environment, Map.of("log.batch", "3333"));

    assertThat(config.log())
        .isEqualTo(new ServerConfig.Log(11, 222, 3333, ServerConfig.WentBack.REFUSE));
  }

  @Test
  void aWrongValueIsReportedEvenIfItIsOverridden() throws Exception {
    var file = directory.resolve("chat.toml");
    Files.writeString(file, "[listen]\nport = 70000\n[account]\nhash_threads = 1\n");
    var variable = Map.of("CHATSERVER_ACCOUNT_HASH_THREADS", "many");

    assertThatThrownBy(() -> ConfigLoader.load(file, NOTHING, Map.of("listen.port", "7000")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("listen.port is 70000");
    assertThatThrownBy(() -> ConfigLoader.load(null, variable, Map.of("account.hash_threads", "1")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("account.hash_threads is \"many\"");
  }

  @Test
  void valuesThatAreWrongTogetherMayBeMendedByWhatOverridesThem() throws Exception {
    var file = directory.resolve("chat.toml");
    Files.writeString(
        file, "[listen]\nport = 7000\ntls_certificate = \"c.pem\"\ntls_port = 7001\n");

    var config =
        ConfigLoader.load(
            file, Map.of("CHATSERVER_LISTEN_TLS_KEY", "k.pem"), Map.of("listen.port", "7002"));
    assertThat(config.listen().port()).isEqualTo(7002);
  }

  @Test
  void takesKeysOfSeveralWordsFromTheEnvironment() throws ConfigException {
    var environment =
        Map.of(
            "CHATSERVER_STORAGE_POOL_SIZE", "7",
            "CHATSERVER_STORAGE_PASSWORD", "s3cret = \"#1\"",
            "CHATSERVER_LEGACY_TIME_ZONE", "Europe/Berlin",
            "CHATSERVERS", "none of ours",
            "PATH", "/bin");

    var config = ConfigLoader.load(null, environment, NOTHING);

    assertThat(config.storage().poolSize()).isEqualTo(7);
    assertThat(config.storage().password().value()).isEqualTo("s3cret = \"#1\"");
    assertThat(config.legacy().timeZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
  }

  @Test
  void refusesThrottlesThatAdmitNothing() {
    var settings = Map.of("throttle.failed_logins", "0");

    assertThatThrownBy(() -> ConfigLoader.load(null, NOTHING, settings))
        .isInstanceOf(ConfigException.class)
        .hasMessage("throttle.failed_logins is 0; allowed: 1 to 1000");
  }

  @Test
  void showsNoSecret() throws ConfigException {
    var config = ConfigLoader.load(null, NOTHING, Map.of("storage.password", "s3cret"));

    assertThat(config.toString()).doesNotContain("s3cret").contains("password=***");
    assertThat(config.storage().password().value()).isEqualTo("s3cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:mysql://u:s3cret@h:1/db | jdbc:mysql://u:***@h:1/db",
        "jdbc:mysql://:s3cret@h/db | jdbc:mysql://:***@h/db",
        "jdbc:mysql:/u:s3cret@h/db | jdbc:mysql:/u:***@h/db",
        "jdbc:mysql://u:a@s3cret/@h/db | jdbc:mysql://u:***@h/db",
        "jdbc:mysql://h1,u:s3cret@h2/db | jdbc:mysql://h1,u:***@h2/db",
        "jdbc:mysql:loadbalance://u:s3cret@h/db | jdbc:mysql:loadbalance://u:***@h/db",
        "jdbc:mysql://h/db?user=u&password=s3cret&x=1 | jdbc:mysql://h/db?user=u&password=***&x=1",
        "jdbc:mysql://h/db?trustCertificateKeyStorePassword=s3cret | jdbc:mysql://h/db?trustCertificateKeyStorePassword=***",
        "jdbc:mysql://(host=h,password=s3cret)/db | jdbc:mysql://(host=h,password=***)/db",
        "jdbc:mysql://h:3306/db?sslMode=REQUIRED | jdbc:mysql://h:3306/db?sslMode=REQUIRED",
        "jdbc:sqlite:/srv/chat@1:2/a@b.db | jdbc:sqlite:/srv/chat@1:2/a@b.db",
        "jdbc:sqlite:data/chat.db | jdbc:sqlite:data/chat.db"
      })
  void showsNoPasswordOfAUrl(String url, String shown) throws ConfigException {
    var config = ConfigLoader.load(null, NOTHING, Map.of("storage.url", url));

    assertThat(config.storage().shownUrl()).isEqualTo(shown);
    assertThat(config.toString()).doesNotContain("s3cret");
  }

  /** What Lettuce could not use would end in a stack trace, and its messages show all of a URL. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://:s3cret@h",
        "redis:/:s3cret@h",
        "redis://:s3cret@",
        "redis://s3cret@h:65536",
        "redis://u:s3cret@h:port",
        "redis://:s3cret ^@h",
        "redis-cluster://:s3cret@h:1,",
      })
  void refusesAnAddressOfRedisThatIsNoneAndShowsNoPasswordOfIt(String url) {
    assertThatThrownBy(() -> ConfigLoader.load(null, NOTHING, Map.of("relay.url", url)))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("relay.url is ")
        .hasMessageContaining("; allowed: ")
        .message()
        .doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://h",
        "redis://:s3cret@the_redis:6379/1?timeout=1s",
        "rediss://u:s3cret@[::1]:6379",
        "redis-cluster://:s3cret@h1:1,h2,10.0.0.1:3",
      })
  void takesAnAddressOfRedis(String url) throws ConfigException {
    var settings = Map.of("relay.url", url, "storage.url", "jdbc:mysql://h/db");
    var config = ConfigLoader.load(null, NOTHING, settings);

    assertThat(config.relay().url()).isEqualTo(url);
    assertThat(config.toString()).doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[storage]\npassword = [\"s3cret\"]",
        "[storage]\npassword = {a = \"s3cret\"}",
        "[storage]\npassword = s3cret",
        "[storage]\npassword = \"s3cret",
        "[storage]\npassword = 's3cret' x",
        "[storage]\npassword.s3cret = 1\nport = x"
      })
  void showsNoSecretThatIsWrittenWrongly(String text) throws IOException {
    var file = file(text);

    assertThatThrownBy(() -> ConfigLoader.load(file, NOTHING, NOTHING))
        .isInstanceOf(ConfigException.class)
        .message()
        .hasLineCount(1)
        .doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[listen]\\nprot = 1 | unknown key listen.prot; allowed there: host, port, threads, proxy_from, proxy_timeout, plain, tls_port, tls_certificate, tls_key",
        "[listne]\\nport = 1 | unknown key listne.port; allowed sections: listen, data, storage, session, account, limits, throttle, log, relay, node, drain, admin, legacy",
        "port = 1 | unknown key port; allowed sections: listen, data, storage, session, account, limits, throttle, log, relay, node, drain, admin, legacy",
        "listen = 1 | listen is a section: write [listen], and its keys below that",
        "listen = [6000] | listen is a section: write [listen], and its keys below that",
        "x = [1] | unknown key x; allowed sections: listen, data, storage, session, account, limits, throttle, log, relay, node, drain, admin, legacy",
        "[listen.port]\\nx = 1 | listen.port is {\"x\":1}; allowed: a whole number",
        "[[log]]\\nqueue = 16 | log is a section: write [log], and its keys below that"
      })
  void namesAnUnknownKeyOfTheFile(String text, String message) throws IOException {
    var file = file(text.replace("\\n", "\n"));

    assertThatThrownBy(() -> ConfigLoader.load(file, NOTHING, NOTHING))
        .isInstanceOf(ConfigException.class)
        .message()
        .endsWith(message)
        .satisfies(text1 ->
            assertThat(text1.contains(file.toString()) || text1.startsWith("listen.port"))
                .isTrue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CHATSERVER_LISTEN_PROT | environment variable CHATSERVER_LISTEN_PROT: unknown key listen.prot; allowed there: host, port, threads, proxy_from, proxy_timeout, plain, tls_port, tls_certificate, tls_key",
        "CHATSERVER_LISTEN | environment variable CHATSERVER_LISTEN: unknown key listen; allowed there: host, port, threads, proxy_from, proxy_timeout, plain, tls_port, tls_certificate, tls_key",
        "CHATSERVER_PORT | environment variable CHATSERVER_PORT: unknown key port; allowed sections: listen, data, storage, session, account, limits, throttle, log, relay, node, drain, admin, legacy"
      })
  void namesAnUnknownVariable(String variable, String message) {
    assertThatThrownBy(() -> ConfigLoader.load(null, Map.of(variable, "1"), NOTHING))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "listen.prot | unknown key listen.prot; allowed there: host, port, threads, proxy_from, proxy_timeout, plain, tls_port, tls_certificate, tls_key",
        "listen | unknown key listen; allowed there: host, port, threads, proxy_from, proxy_timeout, plain, tls_port, tls_certificate, tls_key",
        "listen. | unknown key listen.; allowed there: host, port, threads, proxy_from, proxy_timeout, plain, tls_port, tls_certificate, tls_key",
        "log.batch.size | unknown key log.batch.size; allowed there: writers, queue, batch, went_back",
        ".port | unknown key .port; allowed sections: listen, data, storage, session, account, limits, throttle, log, relay, node, drain, admin, legacy"
      })
  void namesAnUnknownKeyOfTheCommandLine(String key, String message) {
    assertThatThrownBy(() -> ConfigLoader.load(null, NOTHING, Map.of(key, "1")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "listen.port | abc | listen.port is \"abc\"; allowed: a whole number",
        "listen.port | `` | listen.port is \"\"; allowed: a whole number",
        "listen.port | 1.5 | listen.port is \"1.5\"; allowed: a whole number",
        "listen.port | 99999999999 | listen.port is \"99999999999\"; allowed: a whole number",
        "listen.port | 65536 | listen.port is 65536; allowed: 0 to 65535",
        "listen.port | -1 | listen.port is -1; allowed: 0 to 65535",
        "listen.proxy_from | balancer | listen.proxy_from is \"balancer\"; allowed: addresses with commas, such as 10.0.0.7, 10.1.0.0/16",
        "listen.proxy_from | 10.0.0.0/33 | listen.proxy_from is \"10.0.0.0/33\"; allowed: addresses with commas, such as 10.0.0.7, 10.1.0.0/16",
        "listen.proxy_from | ::1/129 | listen.proxy_from is \"::1/129\"; allowed: addresses with commas, such as 10.0.0.7, 10.1.0.0/16",
        "listen.proxy_from | 10.0.0.1, | listen.proxy_from is \"10.0.0.1,\"; allowed: addresses with commas, such as 10.0.0.7, 10.1.0.0/16",
        "listen.proxy_from | 10.0.0.0/-1 | listen.proxy_from is \"10.0.0.0/-1\"; allowed: addresses with commas, such as 10.0.0.7, 10.1.0.0/16",
        "drain.period | 2h | drain.period is 2h; allowed: 0ms to 1h",
        "admin.port | 65536 | admin.port is 65536; allowed: 0 to 65535",
        "relay.url | redis: | relay.url is \"redis:\"; allowed: empty, redis://HOST:PORT, rediss://HOST:PORT, redis-cluster://HOST:PORT,HOST:PORT",
        "node.id | a@b | node.id is \"a@b\"; allowed: up to 64 of A-Z a-z 0-9 . _ -",
        "storage.migrate | yes | storage.migrate is \"yes\"; allowed: true, false",
        "storage.migrate | `` | storage.migrate is \"\"; allowed: true, false",
        "storage.migrate | 1 | storage.migrate is \"1\"; allowed: true, false",
        "session.second_login | never | session.second_login is \"never\"; allowed: allow, replace, reject",
        "session.second_login | `` | session.second_login is \"\"; allowed: allow, replace, reject",
        "session.second_login | 1 | session.second_login is \"1\"; allowed: allow, replace, reject",
        "session.idle_timeout | 90 | session.idle_timeout is \"90\"; allowed: a number with ms, s, m, h or d, such as 90s",
        "session.idle_timeout | `` | session.idle_timeout is \"\"; allowed: a number with ms, s, m, h or d, such as 90s",
        "session.idle_timeout | -1s | session.idle_timeout is \"-1s\"; allowed: a number with ms, s, m, h or d, such as 90s",
        "session.idle_timeout | 2d | session.idle_timeout is 48h; allowed: 1s to 24h",
        "session.idle_timeout | 999999999d | session.idle_timeout is 23999999976h; allowed: 1s to 24h",
        "storage.connect_timeout | 0ms | storage.connect_timeout is 0ms; allowed: 250ms to 5m",
        "legacy.time_zone | Mars/Olympus | legacy.time_zone is \"Mars/Olympus\"; allowed: system, or a zone such as Europe/Berlin",
        "legacy.time_zone | `` | legacy.time_zone is \"\"; allowed: system, or a zone such as Europe/Berlin",
        "storage.url | jdbc:h2:x | storage.url is \"jdbc:h2:x\"; allowed: empty, jdbc:sqlite:FILE, jdbc:mysql://HOST/DATABASE",
        "throttle.sends | 10 | throttle.sends is \"10\"; allowed: a burst and a rate, such as 100 then 10/s (or /m, /h); 0 for no limit",
        "throttle.sends | 0 then 1/s | throttle.sends is \"0 then 1/s\"; allowed: a burst and a rate, such as 100 then 10/s (or /m, /h); 0 for no limit",
        "throttle.sends | 5 then 0/m | throttle.sends is \"5 then 0/m\"; allowed: a burst and a rate, such as 100 then 10/s (or /m, /h); 0 for no limit",
        "data.dir | a\0b | data.dir is \"a\\u0000b\"; allowed: a path"
      })
  void saysWhatIsAllowedInPlaceOfABadValue(String key, String value, String message) {
    assertThatThrownBy(() -> ConfigLoader.load(null, NOTHING, Map.of(key, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "listen | port | 1.5 | listen.port is 1.5; allowed: a whole number",
        "listen | port | true | listen.port is true; allowed: a whole number",
        "listen | port | [1] | listen.port is [1], a list; allowed: one value, a whole number",
        "listen | port | 99999999999 | listen.port is 99999999999; allowed: a whole number",
        "listen | port | 2026-11-21 | listen.port is \"2026-11-21\"; allowed: a whole number",
        "storage | migrate | 1 | storage.migrate is 1; allowed: true, false",
        "storage | url | [] | storage.url is [], a list; allowed: one value, a text",
        "session | second_login | 1 | session.second_login is 1; allowed: allow, replace, reject",
        "session | idle_timeout | 90 | session.idle_timeout is 90; allowed: a number with ms, s, m, h or d, such as 90s",
        "storage | password | [1] | storage.password is ***, a list; allowed: one value, a text",
        "session | idle_timeout | [] | session.idle_timeout is [], a list; allowed: one value, a number with ms, s, m, h or d, such as 90s",
        "data | dir | {} | data.dir is {}; allowed: a path"
      })
  void saysWhatIsAllowedInPlaceOfAValueOfAnotherKind(
      String section, String key, String value, String message) throws IOException {
    var file = file("[" + section + "]\n" + key + " = " + value);

    assertThatThrownBy(() -> ConfigLoader.load(file, NOTHING, NOTHING))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  /** What stands in the records' constructors is asked for every number and every duration. */
  @ParameterizedTest
  @ValueSource(strings = {"2000000000", "-1", "9999999d"})
  void keepsEveryNumberAndDurationInARange(String value) {
    boolean number = !value.endsWith("d");
    var keys =
        components().filter(key -> componentType(key) == (number ? int.class : Duration.class));

    assertThat(keys)
        .isNotEmpty()
        .allSatisfy(key ->
            assertThatThrownBy(() -> ConfigLoader.load(null, NOTHING, Map.of(key, value)))
                .as(key)
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(key + " is ")
                .hasMessageContaining("; allowed: "));
  }

  private static Class<?> componentType(String wanted) {
    return Arrays.stream(ServerConfig.class.getRecordComponents())
        .flatMap(section ->
            Arrays.stream(section.getType().getRecordComponents())
                .filter(component -> wanted.equals(key(section) + "." + key(component))))
        .findFirst()
        .orElseThrow()
        .getType();
  }

  @Test
  void takesAnyPath() throws ConfigException {
    for (var path : new String[] {"/a:b/c", "a b", "~/x", "file:/x", "C:\\x", "ünï/😀"}) {
      var config = ConfigLoader.load(null, NOTHING, Map.of("data.dir", path));

      assertThat(config.data().dir()).isEqualTo(Path.of(path));
    }
  }

  @Test
  void saysWhereTheFileIsBroken() throws IOException {
    var file = file("[listen]\nport = 1\nport = 2\n");

    assertThatThrownBy(() -> ConfigLoader.load(file, NOTHING, NOTHING))
        .isInstanceOf(ConfigException.class)
        .message()
        .matches("\\Q" + file + "\\E line \\d: Duplicate key")
        .hasLineCount(1);
  }

  @Test
  void saysWhichFileCannotBeRead() throws IOException {
    var latin1 = Files.write(directory.resolve("latin1.toml"), new byte[] {'#', (byte) 0xE9, '\n'});

    for (var file : new Path[] {directory.resolve("missing.toml"), directory, latin1}) {
      assertThatThrownBy(() -> ConfigLoader.load(file, NOTHING, NOTHING))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("cannot read " + file + ": ")
          .message()
          .hasLineCount(1);
    }
  }

  @Test
  void takesAnEmptyFile() throws Exception {
    assertThat(ConfigLoader.load(file(""), NOTHING, NOTHING))
        .isEqualTo(ConfigLoader.load(null, NOTHING, new HashMap<>()));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("test.toml"), text);
  }
}
