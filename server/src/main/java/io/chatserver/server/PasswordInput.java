package io.chatserver.server;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a new password comes from: a file, the terminal, which does not show it, or the first line
 * of standard input. Never the arguments, which other users of the machine can see.
 */
final class PasswordInput {
  private static final Path STANDARD_INPUT = Path.of("/dev/stdin");

  private PasswordInput() {}

  /** There is no password, for a reason that a person is told. */
  static final class Missing extends Exception {
    Missing(String why) {
      super(why);
    }
  }

  /**
   * Reads a password.
   *
   * @param file whose first line it is; null for the terminal or standard input
   */
  static String read(@Nullable Path file) throws Missing {
    if (file != null) {
      try (var reader = Files.newBufferedReader(file)) {
        return firstLine(reader, file.toString());
      } catch (IOException e) {
        throw new Missing("cannot read the password file " + file + ": " + why(e));
      }
    }
    // None where the input or the output is no terminal.
    var console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (console.isPresent()) {
      return ask(console.get());
    }
    if (isTerminal()) {
      throw new Missing("the terminal would show the password: use --password-file");
    }
    try {
      return firstLine(new InputStreamReader(System.in, StandardCharsets.UTF_8), "standard input");
    } catch (IOException e) {
      throw new Missing("cannot read the password: " + why(e));
    }
  }

  private static String ask(Console console) throws Missing {
    var first = console.readPassword("password: ");
    var second = first == null ? null : console.readPassword("password again: ");
    if (first == null || second == null) {
      throw new Missing("no password was given");
    }
    var password = new String(first);
    if (!password.equals(new String(second))) {
      throw new Missing("the passwords differ");
    }
    return password;
  }

  private static String firstLine(Reader source, String name) throws IOException, Missing {
    var line = new BufferedReader(source).readLine();
    if (line == null || line.isEmpty()) {
      throw new Missing("there is no password in " + name);
    }
    return line;
  }

  /** Where standard output is no terminal, Java takes the input for none either. */
  private static boolean isTerminal() {
    try {
      return STANDARD_INPUT.toRealPath().toString().matches("/dev/(pts/.*|tty.*|console)");
    } catch (IOException _) {
      return false;
    }
  }

  private static String why(IOException e) {
    return e.getClass().getSimpleName().replaceFirst("Exception$", "")
        + (e.getMessage() == null ? "" : ": " + e.getMessage());
  }
}
