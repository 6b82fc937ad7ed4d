package io.chatserver.server.config;

import io.chatserver.protocol.Numbering;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;

/**
 * All settings, checked. The resource {@code chatserver.toml} describes each setting and has its
 * default. Each record is a section of that file.
 */
public record ServerConfig(
    Listen listen,
    Data data,
    Storage storage,
    Sessions session,
    Accounts account,
    Limits limits,
    Throttle throttle,
    Log log,
    Relay relay,
    NodeName node,
    Drain drain,
    Admin admin,
    Legacy legacy) {
  public ServerConfig {
    if (!relay.url().isEmpty() && !storage.url().startsWith("jdbc:mysql:")) {
      throw new IllegalArgumentException(
          "relay.url is set, but nodes share a database: storage.url must begin with jdbc:mysql:");
    }
  }

  /** {@code [data]}: what the server keeps on this machine. */
  public record Data(Path dir) {}

  /** {@code [storage]}: the database. */
  public record Storage(
      String url,
      String user,
      Secret password,
      int poolSize,
      boolean migrate,
      Duration connectTimeout,
      Duration statementTimeout,
      Duration slowStatement,
      int writeQueue,
      int diskWarning) {
    /** SQLite: without this it would create a file that is not there. */
    private static final String READ_WRITE = "open_mode=2";

    /** The minimum of {@code storage.pool_size}. */
    private static final int LEAST_POOL_SIZE = 4;

    public Storage {
      oneOf("storage.url", url, List.of("", "jdbc:sqlite:", "jdbc:mysql:"));
      range("storage.pool_size", poolSize, LEAST_POOL_SIZE, 1000);
      // HikariCP takes no less.
      range(
          "storage.connect_timeout", connectTimeout, Duration.ofMillis(250), Duration.ofMinutes(5));
      range(
          "storage.statement_timeout",
          statementTimeout,
          Duration.ofMillis(100),
          Duration.ofHours(1));
      range("storage.slow_statement", slowStatement, Duration.ofMillis(1), Duration.ofHours(1));
      range("storage.write_queue", writeQueue, 1, 1_000_000);
      range("storage.disk_warning", diskWarning, 1, 100);
    }

    /** Whether this is the embedded database's file in that directory. */
    public boolean isIn(Path dataDir) {
      return url.equals(urlIn(dataDir));
    }

    /** The URL as it may be shown. */
    public String shownUrl() {
      return Secret.maskedUrl(url);
    }

    @Override
    public String toString() {
      return "Storage[url=" + shownUrl() + ", user=" + user + ", password=" + password + "]";
    }

    /**
     * Returns the settings for a program beside a running server: it uses few connections, and
     * neither creates a database nor changes its schema.
     */
    public Storage existing() {
      boolean isFile = url.startsWith("jdbc:sqlite:");
      return new Storage(
          isFile ? url + (url.contains("?") ? "&" : "?") + READ_WRITE : url,
          user,
          password,
          LEAST_POOL_SIZE,
          false,
          connectTimeout,
          statementTimeout,
          slowStatement,
          writeQueue,
          diskWarning);
    }

    private static String urlIn(Path dataDir) {
      return "jdbc:sqlite:" + dataDir.resolve("chat.db");
    }

    /** The same with the embedded database's file where no URL is set. */
    Storage in(Path dataDir) {
      return url.isEmpty()
          ? new Storage(
              urlIn(dataDir),
              user,
              password,
              poolSize,
              migrate,
              connectTimeout,
              statementTimeout,
              slowStatement,
              writeQueue,
              diskWarning)
          : this;
    }
  }

  /** {@code [session]}: who may be logged in, and how long. */
  public record Sessions(
      SecondLogin secondLogin,
      Duration idleTimeout,
      Duration loginTimeout,
      Duration modernLoginTimeout,
      Duration tokenLifetime,
      Duration tokenMaxAge) {
    public Sessions {
      range("session.idle_timeout", idleTimeout, Duration.ofSeconds(1), Duration.ofDays(1));
      range("session.login_timeout", loginTimeout, Duration.ofSeconds(1), Duration.ofDays(1));
      range("session.token_lifetime", tokenLifetime, Duration.ofSeconds(1), Duration.ofDays(3650));
      range(
          "session.modern_login_timeout",
          modernLoginTimeout,
          Duration.ofSeconds(1),
          Duration.ofDays(1));
      range("session.token_max_age", tokenMaxAge, Duration.ofSeconds(1), Duration.ofDays(3650));
    }
  }

  /** The policy for the second login of a user. */
  public enum SecondLogin {
    /** Both sessions live; each gets every message. */
    ALLOW,
    /** The older sessions are closed. */
    REPLACE,
    /** The login is refused, as the original does. */
    REJECT
  }

  /** {@code [account]}: how passwords are taken and kept. */
  public record Accounts(
      int minPasswordLength,
      int hashThreads,
      int hashQueue,
      int hashMemoryKib,
      int hashIterations,
      Registration registration,
      int legacyMinPasswordLength) {
    public Accounts {
      range("account.min_password_length", minPasswordLength, 1, 49);
      range("account.hash_threads", hashThreads, 1, 64);
      range("account.hash_queue", hashQueue, 1, 100_000);
      range("account.hash_memory_kib", hashMemoryKib, 8, 4_194_304);
      range("account.hash_iterations", hashIterations, 1, 100);
      range("account.legacy_min_password_length", legacyMinPasswordLength, 1, 49);
    }
  }

  /** Whether clients may register. */
  public enum Registration {
    /** Every client may register. */
    OPEN,
    /** Only the operator adds accounts. */
    CLOSED
  }

  /** {@code [limits]}: how much of anything. */
  public record Limits(
      int connections,
      int frameBytes,
      int textBytes,
      int inFlight,
      int sessions,
      int friends,
      int groups) {
    public Limits {
      range("limits.connections", connections, 1, 10_000_000);
      range("limits.frame_bytes", frameBytes, 1024, 16_777_216);
      range("limits.text_bytes", textBytes, 1, 4_194_304);
      range("limits.in_flight", inFlight, 1, 100_000);
      range("limits.sessions", sessions, 1, 100_000);
      range("limits.friends", friends, 0, 100_000);
      range("limits.groups", groups, 0, 100_000);
    }
  }

  /** {@code [log]}: how messages are written. */
  public record Log(int writers, int queue, int batch, WentBack wentBack) {
    public Log {
      range("log.writers", writers, 1, 64);
      range("log.queue", queue, 16, 1_000_000);
      range("log.batch", batch, 1, 10_000);
    }
  }

  /** The reaction to a log that lacks entries which this node has stored. */
  public enum WentBack {
    /** Begin a new epoch: clients forget where they stood. */
    NEW_EPOCH,
    /** Refuse what is said in such a conversation until an operator begins a new epoch. */
    REFUSE
  }

  /** {@code [relay]}: what joins the nodes of a cluster; empty for a single node. */
  public record Relay(String url) {
    public Relay {
      if (!url.isEmpty() && !isUsable(url)) {
        throw new IllegalArgumentException(
            "relay.url is \""
                + Secret.maskedUrl(url)
                + "\"; allowed: empty, redis://HOST:PORT, rediss://HOST:PORT,"
                + " redis-cluster://HOST:PORT,HOST:PORT");
      }
    }

    private static boolean isUsable(String url) {
      var parts = url.split("://", 2);
      return switch (parts[0]) {
        case "redis", "rediss" -> parts.length == 2 && isServer(parts[1]);
        case "redis-cluster" ->
            parts.length == 2 && Arrays.stream(parts[1].split(",", -1)).allMatch(Relay::isServer);
        default -> false;
      };
    }

    private static boolean isServer(String text) {
      try {
        var uri = new URI("redis://" + text);
        // Not decoded: an encoded @ is a part of the password.
        return uri.getRawAuthority() != null
            && uri.getRawAuthority().matches("([^@]*@)?([^@:\\[\\]]+|\\[.+])(:\\d{1,5})?")
            && uri.getPort() <= 65_535;
      } catch (URISyntaxException _) {
        return false;
      }
    }

    /** The URL as it may be shown. */
    public String shownUrl() {
      return Secret.maskedUrl(url);
    }

    @Override
    public String toString() {
      return "Relay[url=" + shownUrl() + "]";
    }
  }

  /** {@code [node]}: this process among the nodes of a cluster. */
  public record NodeName(String id) {
    public NodeName {
      if (!id.matches("[A-Za-z0-9._-]{0,64}")) {
        throw new IllegalArgumentException(
            "node.id is \"" + id + "\"; allowed: up to 64 of A-Z a-z 0-9 . _ -");
      }
    }

    /** What it is called. */
    public String name() {
      return id.isEmpty() ? machine() : id;
    }

    private static String machine() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException _) {
        return "node";
      }
    }
  }

  /** {@code [drain]}: how a node of a cluster stops. */
  public record Drain(Duration period) {
    public Drain {
      range("drain.period", period, Duration.ZERO, Duration.ofHours(1));
    }
  }

  /** {@code [admin]}: where operators and their programs ask; port 0 for nowhere. */
  public record Admin(String host, int port) {
    public Admin {
      range("admin.port", port, 0, 65_535);
    }
  }

  /** {@code [legacy]}: the C++ clients of the original. */
  public record Legacy(Duration spacing, ZoneId timeZone, Numbering numbering) {
    public Legacy {
      range("legacy.spacing", spacing, Duration.ZERO, Duration.ofSeconds(10));
    }
  }

  static void range(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + " is " + value + "; allowed: " + least + " to " + most);
    }
  }

  static void range(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          key
              + " is "
              + Durations.text(value)
              + "; allowed: "
              + Durations.text(least)
              + " to "
              + Durations.text(most));
    }
  }

  private static void oneOf(String key, String value, List<String> prefixes) {
    if (prefixes.stream().noneMatch(p -> p.isEmpty() ? value.isEmpty() : value.startsWith(p))) {
      throw new IllegalArgumentException(
          key
              + " is \""
              + Secret.maskedUrl(value)
              + "\"; allowed: empty, jdbc:sqlite:FILE, jdbc:mysql://HOST/DATABASE");
    }
  }
}
