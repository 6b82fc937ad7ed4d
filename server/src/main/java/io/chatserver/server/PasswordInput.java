package io.chatserver.server;

import io.chatserver.text.NotUtf8Exception;
import io.chatserver.text.Utf8Lines;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a new password from a file, from the terminal without echo, or from the first line of
 * standard input. It never reads one from the arguments, which other users of the machine can see.
 */
final class PasswordInput {
  private static final Path STANDARD_INPUT = Path.of("/dev/stdin");

  private PasswordInput() {}

  /** There is no password; the message gives the reason to the operator. */
  static final class Missing extends Exception {
    Missing(String why) {
      super(why);
    }
  }

  /**
   * Reads a password.
   *
   * @param file the file whose first line is the password; null for the terminal or standard input
   */
  static String read(@Nullable Path file) throws Missing {
    if (file != null) {
      try (var lines = new Utf8Lines(Files.newInputStream(file))) {
        return firstLine(lines, file.toString());
      } catch (NotUtf8Exception e) {
        throw new Missing("the password file " + file + ": " + e.getMessage());
      } catch (IOException e) {
        throw new Missing("cannot read the password file " + file + ": " + why(e));
      }
    }
    // There is none if the input or the output is not a terminal.
    var console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (console.isPresent()) {
      return ask(console.get());
    }
    if (isTerminal()) {
      throw new Missing("the terminal would show the password: use --password-file");
    }
    try {
      return firstLine(new Utf8Lines(System.in), "standard input");
    } catch (NotUtf8Exception e) {
      throw new Missing("standard input: " + e.getMessage());
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

  private static String firstLine(Utf8Lines lines, String name) throws IOException, Missing {
    return lines
        .next()
        .filter(line -> !line.isEmpty())
        .orElseThrow(() -> new Missing("there is no password in " + name));
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
