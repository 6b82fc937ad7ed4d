package io.chatserver.client.view;

import io.chatserver.client.command.AddressBook;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jspecify.annotations.Nullable;

/**
 * The terminal: a line that is typed at the bottom, and what happens meanwhile above it.
 *
 * <p>Threads: one reads lines, any print.
 */
final class Screen implements AutoCloseable {
  private static final int DEFAULT_WIDTH = 80;
  private static final String INDENT = "    ";

  private final Terminal terminal;
  private final LineReader reader;
  private final boolean colours;

  /**
   * Takes over a terminal.
   *
   * @param history the file of the lines typed so far
   */
  Screen(Terminal terminal, AddressBook addressBook, Path history, boolean colours) {
    this.terminal = terminal;
    this.colours = colours;
    if (!isDumb()) {
      // What is typed between two lines is not to be echoed by the terminal itself.
      var _ = terminal.enterRawMode();
    }
    // A quote or backslash in a message is nothing special, nor is an exclamation mark.
    var parser = new DefaultParser().quoteChars(new char[0]).escapeChars(new char[0]);
    reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("chatserver")
            .parser(parser)
            .completer(new CommandCompleter(addressBook))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
    reader.setVariable(LineReader.HISTORY_FILE, history);
  }

  /** The terminal that this process runs in. */
  static Terminal systemTerminal() throws IOException {
    var encoding = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
    return TerminalBuilder.builder()
        .name("chatserver")
        .system(true)
        .dumb(true)
        // Without a locale the JVM believes in ASCII, but no terminal does any more.
        .encoding(encoding.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : encoding)
        .build();
  }

  /**
   * Reads a line with completion and history. It vanishes when it is finished: what came of it is
   * shown instead.
   */
  String readLine(String prompt) {
    reader.option(LineReader.Option.ERASE_LINE_ON_FINISH, !isDumb());
    reader.setVariable(LineReader.DISABLE_HISTORY, false);
    reader.setVariable(LineReader.DISABLE_COMPLETION, false);
    return reader.readLine(prompt);
  }

  /** Asks for something; the answer stays on the screen and is not kept in the history. */
  String ask(String question) {
    return ask(question, null);
  }

  /** Asks for something that is not shown. */
  String askSecret(String question) {
    // JLine cannot keep the terminal itself from echoing where it takes it for dumb.
    return Optional.ofNullable(System.console())
        .filter(console -> isDumb() && console.isTerminal())
        .map(console -> askOnConsole(console, question))
        .orElseGet(() -> ask(question, '*'));
  }

  private static String askOnConsole(java.io.Console console, String question) {
    char[] secret = console.readPassword("%s", question);
    if (secret == null) {
      throw new EndOfFileException();
    }
    return new String(secret);
  }

  private String ask(String question, @Nullable Character mask) {
    reader.option(LineReader.Option.ERASE_LINE_ON_FINISH, false);
    reader.setVariable(LineReader.DISABLE_HISTORY, true);
    reader.setVariable(LineReader.DISABLE_COMPLETION, true);
    return reader.readLine(question, mask);
  }

  /** Prints lines above the one that is typed. */
  void print(AttributedString lines) {
    reader.printAbove(lines);
  }

  /** Prints a line, broken to the width. */
  void print(String line) {
    print(List.of(line));
  }

  /** Prints lines, broken to the width. */
  void print(List<String> lines) {
    print(lines, AttributedStyle.DEFAULT);
  }

  /** Prints a line that is not to catch the eye. */
  void printDim(String line) {
    print(List.of(line), colours ? AttributedStyle.DEFAULT.faint() : AttributedStyle.DEFAULT);
  }

  private void print(List<String> lines, AttributedStyle style) {
    int width = width();
    var text =
        lines.stream()
            .map(line -> LineWrapper.wrap(line, width, width - INDENT.length()))
            .map(wrapped -> String.join("\n" + INDENT, wrapped))
            .collect(Collectors.joining("\n"));
    print(new AttributedStringBuilder().append(text, style).toAttributedString());
  }

  /** The columns of a line. */
  int width() {
    int width = terminal.getSize().getColumns();
    return width > 0 ? width : DEFAULT_WIDTH;
  }

  private boolean isDumb() {
    return terminal.getType().startsWith(Terminal.TYPE_DUMB);
  }

  @Override
  public void close() throws IOException {
    reader.getHistory().save();
    terminal.close();
  }
}
