package io.chatserver.server;

import io.chatserver.server.config.ConfigException;
import io.chatserver.server.config.ConfigLoader;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.storage.Database;
import io.chatserver.server.storage.DatabaseClaim;
import io.chatserver.server.storage.DatabaseFile;
import io.chatserver.server.storage.PrivateFiles;
import io.chatserver.server.storage.StorageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** The server's command line. */
@Command(
    name = "server",
    description = "The chat server.",
    subcommands = {AccountCommand.class, NewEpochCommand.class},
    mixinStandardHelpOptions = true,
    versionProvider = ChatServer.Version.class,
    footer = "%nThe manual is docs/OPERATIONS.md; --print-config shows all settings.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:stopped as it was told to",
      "1:the port, the database or the data directory cannot be used",
      "2:the configuration or the command line is wrong",
      "3:it is not built, there is no JDK, or its memory is exhausted"
    })
public final class ChatServer implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(ChatServer.class);

  /** The configuration cannot be used. */
  private static final int EXIT_CONFIG = 2;

  /** Something that the server needs is not to be had: its port, its database, its directory. */
  private static final int EXIT_START = 1;

  @Parameters(
      index = "0",
      arity = "0..1",
      description = "address to listen on (default: 127.0.0.1); a number alone is the port")
  private @Nullable String host;

  @Parameters(index = "1", arity = "0..1", description = "port to listen on (default: 6000)")
  private @Nullable String port;

  @Option(
      names = "--config",
      scope = ScopeType.INHERIT,
      description = "file with settings, in TOML")
  private @Nullable Path configFile;

  @Option(
      names = "--set",
      scope = ScopeType.INHERIT,
      paramLabel = "section.key=value",
      description = "a setting; may be given many times")
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Option(names = "--print-config", description = "print every setting with its default, and exit")
  private boolean printConfig;

  /** Runs the server until it receives a signal to stop. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new ChatServer()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (printConfig) {
      printDefaults();
      return 0;
    }
    ServerConfig config;
    try {
      config = config();
    } catch (ConfigException e) {
      return refuse(EXIT_CONFIG, e.getMessage());
    }
    try {
      if (config.storage().isIn(config.data().dir())) {
        PrivateFiles.directory(config.data().dir());
      }
      return claimAndRun(config);
    } catch (ConfigException e) {
      return refuse(EXIT_CONFIG, e.getMessage());
    } catch (AccessDeniedException e) {
      return refuse(EXIT_START, "data.dir " + e.getFile() + ": permission denied");
    } catch (FileSystemException e) {
      return refuse(EXIT_START, "data.dir " + e.getMessage() + " is not a usable directory");
    } catch (IOException e) {
      return refuse(EXIT_START, e.getMessage());
    } catch (StorageException e) {
      return refuse(EXIT_START, whatIsWrong(config.storage(), e));
    }
  }

  private static int claimAndRun(ServerConfig config)
      throws IOException, ConfigException, InterruptedException {
    try (var claim = DatabaseClaim.take(config.storage().url())) {
      return claim == null
          ? refuse(EXIT_START, "another server uses " + database(config))
          : run(started(config), config);
    }
  }

  private static ServerWiring started(ServerConfig config) throws IOException, ConfigException {
    var server = ServerWiring.start(config, Clock.systemUTC());
    // Not earlier: a server that cannot start logs only one line.
    if (config.storage().isIn(config.data().dir())) {
      PrivateFiles.close(config.data().dir());
    }
    return server;
  }

  private static String database(ServerConfig config) {
    return config.storage().isIn(config.data().dir())
        ? "data.dir " + config.data().dir()
        : "storage.url " + config.storage().shownUrl();
  }

  /** An operator's work on the database. */
  interface DatabaseWork {
    /** Does it, and returns the exit code. */
    int on(Database database, ServerConfig config);
  }

  /** Works on the database that the settings name, which must exist; returns the exit code. */
  int onDatabase(DatabaseWork work) {
    ServerConfig config;
    try {
      config = config();
    } catch (ConfigException e) {
      return refuse(EXIT_CONFIG, e.getMessage());
    }
    var storage = config.storage().existing();
    var file = DatabaseFile.named(storage.url());
    if (file.isPresent() && !Files.exists(file.get())) {
      return refuse(
          EXIT_START, "there is no database " + file.get() + ": a server makes it when it starts");
    }
    try (var database = Database.open(storage)) {
      return work.on(database, config);
    } catch (StorageException e) {
      return refuse(EXIT_START, whatIsWrong(storage, e));
    }
  }

  /** The drivers like to repeat the URL. */
  private static String whatIsWrong(ServerConfig.Storage storage, StorageException e) {
    var message = String.valueOf(e.getMessage()).replace(storage.url(), storage.shownUrl());
    return "storage.url " + storage.shownUrl() + ": " + message;
  }

  /** The settings. */
  ServerConfig config() throws ConfigException {
    if (host != null && port == null && host.matches("\\d+")) {
      overrides.put("listen.port", host);
    } else if (host != null) {
      overrides.put("listen.host", host);
    }
    if (port != null) {
      overrides.put("listen.port", port);
    }
    return ConfigLoader.load(configFile, System.getenv(), overrides);
  }

  private static int run(ServerWiring server, ServerConfig config) throws InterruptedException {
    var told = new Semaphore(0);
    for (var signal : List.of("TERM", "INT")) {
      Signals.register(signal, told::release);
    }
    // A server without files to reload ends together with its terminal.
    Signals.register(
        "HUP",
        () -> {
          if (!server.reloadCertificate()) {
            told.release();
          }
        });
    announce(server, config);
    told.acquire();
    log.info("stopping");
    Thread.ofVirtual()
        .start(() -> {
          told.acquireUninterruptibly();
          server.hurry();
        });
    server.drain();
    server.close();
    log.info("stopped");
    return 0;
  }

  private static void announce(ServerWiring server, ServerConfig config) {
    log.info(
        "listening on {}; version {}, database {}, data in {}, {}, {}",
        server.addresses(),
        ServerWiring.version(),
        config.storage().shownUrl(),
        config.data().dir(),
        config.relay().url().isEmpty() ? "no relay" : "relay " + config.relay().shownUrl(),
        config.admin().port() == 0
            ? "no admin address"
            : "admin on " + config.admin().host() + ":" + config.admin().port());
    if (config.listen().isOpenWithoutTls()) {
      log.warn(
          "{} is reached from other machines without TLS: passwords and messages can be read on"
              + " the way (listen.tls_certificate, listen.plain)",
          config.listen().plainHost());
    }
  }

  @SuppressWarnings("SystemOut") // What a person asked for on the command line.
  private static void printDefaults() throws IOException {
    try (var defaults = ChatServer.class.getResourceAsStream("/chatserver.toml")) {
      if (defaults != null) {
        defaults.transferTo(System.out);
      }
    }
  }

  /** Says why on standard error, in one line. */
  static int refuse(int exitCode, @Nullable String why) {
    System.err.println("chatserver: " + String.valueOf(why).replaceAll("\\s+", " "));
    return exitCode;
  }

  /** The version that the jar was built as. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"chatserver " + ServerWiring.version()};
    }
  }
}
