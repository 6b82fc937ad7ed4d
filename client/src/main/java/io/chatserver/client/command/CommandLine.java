package io.chatserver.client.command;

/** Understands a typed line. */
public final class CommandLine {
  private CommandLine() {}

  /**
   * Reads a line: a command, or a text for the current conversation. Two slashes begin a text that
   * has one.
   */
  public static Input parse(String line) {
    if (line.isBlank()) {
      return new Input.Nothing();
    }
    if (line.startsWith("//")) {
      return new Input.Plain(line.substring(1));
    }
    var entry = CommandTable.find(line);
    if (entry.isEmpty()) {
      return line.startsWith("/") ? unknown(line) : new Input.Plain(line);
    }
    try {
      return entry.get().reader().apply(line).orElseGet(() -> new Input.Plain(line));
    } catch (UsageException e) {
      return new Input.Wrong(e.getMessage() + "; usage: " + entry.get().usage());
    }
  }

  private static Input unknown(String line) {
    return new Input.Wrong("there is no " + line.split("\\s", 2)[0] + "; /help lists the commands");
  }
}
