package io.chatserver.server;

import io.chatserver.server.config.ConfigException;
import io.chatserver.server.config.ConfigLoader;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.storage.DatabaseClaim;
import io.chatserver.server.storage.PrivateFiles;
import io.chatserver.server.storage.StorageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
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
    subcommands = AccountCommand.class,
    mixinStandardHelpOptions = true,
    versionProvider = ChatServer.Version.class)
public final class ChatServer implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(ChatServer.class);

  /** The configuration cannot be used. */
  private static final int EXIT_CONFIG = 2;

  /** Something that the server needs is not to be had: its port, its database, its directory. */
  private static final int EXIT_START = 1;

  @Parameters(index = "0", arity = "0..1", description = "address to listen on (listen.host)")
  private @Nullable String host;

  @Parameters(index = "1", arity = "0..1", description = "port to listen on (listen.port)")
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

  /** Runs the server until it is told to stop. */
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
          : run(started(config));
    }
  }

  private static ServerWiring started(ServerConfig config) throws IOException, ConfigException {
    var server = ServerWiring.start(config, Clock.systemUTC());
    // Not before: one that cannot start says why in one line.
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

  /** The drivers like to repeat the URL. */
  static String whatIsWrong(ServerConfig.Storage storage, StorageException e) {
    var message = String.valueOf(e.getMessage()).replace(storage.url(), storage.shownUrl());
    return "storage.url " + storage.shownUrl() + ": " + message;
  }

  /** The settings. */
  ServerConfig config() throws ConfigException {
    if (host != null) {
      overrides.put("listen.host", host);
    }
    if (port != null) {
      overrides.put("listen.port", port);
    }
    return ConfigLoader.load(configFile, System.getenv(), overrides);
  }

  private static int run(ServerWiring server) throws InterruptedException {
    var told = new Semaphore(0);
    for (var signal : List.of("TERM", "INT")) {
      Signals.register(signal, told::release);
    }
    // A server with nothing to read again ends with the terminal that it was started in.
    Signals.register(
        "HUP",
        () -> {
          if (!server.reloadCertificate()) {
            told.release();
          }
        });
    log.info("listening on {}", server.addresses());
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
