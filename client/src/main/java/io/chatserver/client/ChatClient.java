package io.chatserver.client;

import io.chatserver.client.command.Outcome;
import io.chatserver.client.command.UnknownNameException;
import io.chatserver.client.command.WrittenId;
import io.chatserver.client.delivery.PrivateFiles;
import io.chatserver.client.net.ChatConnector;
import io.chatserver.client.net.ConnectionSettings;
import io.chatserver.client.view.Console;
import io.chatserver.client.view.Script;
import io.chatserver.client.view.UserFiles;
import io.chatserver.protocol.Command;
import io.chatserver.text.NotUtf8Exception;
import io.chatserver.text.Utf8;
import io.chatserver.text.Utf8Lines;
import io.chatserver.tls.ClientTls;
import io.chatserver.tls.PemException;
import io.chatserver.tls.ServerAddress;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The client's entry: its options, and its exit codes. */
@CommandLine.Command(
    name = "client",
    mixinStandardHelpOptions = true,
    versionProvider = ChatClient.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = "A terminal client of the chat server.",
    footer = "%nThe manual is docs/CLIENT.md, the plain lines of --password-file included.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a command failed",
      "2:wrong usage",
      "3:the server could not be reached",
      "4:the login or registration was refused",
      "5:the session was lost for good",
      "6:TLS with the server fails: its certificate, or it does not speak TLS",
      "70:an unexpected fault"
    })
public final class ChatClient implements Callable<Integer> {
  private static final int FAULT = 70;
  private static final int DEFAULT_PORT = 6000;

  private final InputStream in;
  private final PrintStream out;
  private final boolean inTerminal;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "the server (default: ${DEFAULT-VALUE}), or tls://HOST:PORT")
  private String host = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PORT",
      description = "its port (default: 6000)")
  private @Nullable Integer port;

  @Option(names = "--tls", description = "connect with TLS, as tls://HOST:PORT does")
  private boolean tls;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "with TLS: the certificates of the trusted authorities, in PEM (default: those of the JDK)")
  private @Nullable Path authorities;

  @Option(names = "--user", paramLabel = "NAME_OR_ID", description = "who logs in")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "a file whose first line is the password; commands then come from standard input")
  private @Nullable Path passwordFile;

  @Option(
      names = "--register",
      description = "with --password-file: open the account if there is none")
  private boolean register;

  @Option(
      names = "--linger",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "with --password-file: listen so long after the end of the input")
  private double lingerSeconds;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "for what outlives the client (default: $XDG_STATE_HOME/chatserver)")
  private @Nullable Path stateDir;

  @Option(names = "--no-receipts", description = "do not show when others have read a text")
  private boolean noReceipts;

  @Option(
      names = {"-v", "--verbose"},
      description = "log to client.log in the state directory")
  private boolean verbose;

  ChatClient(InputStream in, PrintStream out, boolean inTerminal) {
    this.in = in;
    this.out = out;
    this.inTerminal = inTerminal;
  }

  /** Runs the client as a process. */
  public static void main(String[] args) {
    var stdout = new BufferedOutputStream(new StandardOutput(FAULT));
    var client =
        new ChatClient(
            System.in,
            new PrintStream(stdout, true, StandardCharsets.UTF_8),
            Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent());
    System.exit(client.execute(new PrintWriter(System.err, true, StandardCharsets.UTF_8), args));
  }

  /** Runs the client; the answer is its exit code. */
  int execute(PrintWriter err, String... args) {
    return new CommandLine(this)
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(err)
        .setParameterExceptionHandler((mistake, _) -> {
          err.println("client: " + mistake.getMessage() + " (--help shows the usage)");
          return CommandLine.ExitCode.USAGE;
        })
        .setExecutionExceptionHandler((fault, _, _) -> {
          err.println("client: " + fault);
          return FAULT;
        })
        .execute(args);
  }

  @Override
  public Integer call() throws IOException {
    checkArguments();
    configureLogging();
    var settings = settings();
    try (var connector = ChatConnector.nio(1)) {
      return exitCode(
          passwordFile == null
              ? runConsole(connector, settings)
              : runScript(connector, settings, passwordFile));
    }
  }

  /** Refuses arguments that are not in UTF-8: the JVM silently replaces what it cannot decode. */
  private void checkArguments() {
    for (var each : Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs()) {
      if (each.indexOf(Utf8.REPLACEMENT) >= 0) {
        throw usage("an argument is not in UTF-8: " + each);
      }
    }
  }

  private static int exitCode(Outcome outcome) {
    return switch (outcome) {
      case DONE -> CommandLine.ExitCode.OK;
      case COMMAND_FAILED -> 1;
      case CANNOT_CONNECT -> 3;
      case LOGIN_REFUSED -> 4;
      case SESSION_LOST -> 5;
      case TLS_FAILED -> 6;
    };
  }

  private Outcome runConsole(ChatConnector connector, ConnectionSettings settings)
      throws IOException {
    if (register || lingerSeconds > 0) {
      throw usage("--register and --linger go with --password-file");
    }
    if (!inTerminal) {
      throw usage("this is no terminal: give --user and --password-file");
    }
    var colours = System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
    return Console.run(
        connector, settings, new Console.Options(user, stateDirectory(), colours, !noReceipts));
  }

  private Outcome runScript(ChatConnector connector, ConnectionSettings settings, Path file)
      throws IOException {
    if (user == null) {
      throw usage("--password-file goes with --user");
    }
    var account = account(user, password(file));
    var linger = Duration.ofMillis(Math.round(lingerSeconds * 1000));
    return new Script(new Utf8Lines(in), out, linger)
        .run(connector, settings, stateDirectory(), account);
  }

  private Script.Account account(String account, String password) {
    Command.Identity identity;
    try {
      identity = WrittenId.identity(account);
    } catch (UnknownNameException e) {
      throw usage("--user: " + e.getMessage());
    }
    if (register && identity instanceof Command.Identity.ById) {
      throw usage("--register needs a name, and " + account + " is an id");
    }
    return new Script.Account(identity, password, register);
  }

  private String password(Path file) {
    try {
      return Utf8Lines.first(file).orElse("");
    } catch (NotUtf8Exception e) {
      throw usage("the password file " + file + ": " + e.getMessage());
    } catch (IOException e) {
      throw usage("cannot read the password file: " + e);
    }
  }

  private ConnectionSettings settings() {
    try {
      var address = ServerAddress.of(host, port, DEFAULT_PORT, tls);
      var settings = ConnectionSettings.of(address.host(), address.port());
      if (address.tls()) {
        return settings.with(ClientTls.trusting(authorities));
      }
      if (authorities != null) {
        throw usage("--ca goes with --tls");
      }
      return settings;
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    } catch (PemException e) {
      throw usage("--ca " + authorities + ": " + e.getMessage());
    }
  }

  /** Logs nothing to the screen, which belongs to the conversation. */
  private void configureLogging() {
    if (verbose) {
      System.setProperty("client.log", stateDirectory().resolve("client.log").toString());
    }
    System.setProperty(
        "logback.configurationFile", verbose ? "client-logback-verbose.xml" : "client-logback.xml");
  }

  /**
   * The state directory. It is required, because a message that is not on disk before it is sent
   * may be lost.
   */
  private Path stateDirectory() {
    try {
      return stateDir == null
          ? UserFiles.stateDirectory(System.getenv(), System.getProperty("user.home", "."))
          : PrivateFiles.made(stateDir);
    } catch (IOException e) {
      throw usage("cannot write to the state directory, give --state-dir: " + e);
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }

  /** The version of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = ChatClient.class.getPackage().getImplementationVersion();
      return new String[] {"chatserver client " + (version == null ? "(not packaged)" : version)};
    }
  }
}
