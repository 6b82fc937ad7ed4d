package io.chatserver.client.view;

import static java.util.Objects.requireNonNull;

import io.chatserver.client.command.AddressBook;
import java.io.IOException;
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
import org.jline.utils.Status;
import org.jspecify.annotations.Nullable;

/**
 * The terminal: a line that is typed at the bottom, and what happens meanwhile above it.
 *
 * <p>Threads: one reads lines, any print.
 */
final class Screen implements AutoCloseable {
  private static final int DEFAULT_WIDTH = 80;
  private static final int DELETE = 0x7F;
  private static final String INDENT = "    ";

  private final Terminal terminal;
  private final LineReader reader;

  /** The lines at the bottom; null if the terminal does not support them. */
  private final @Nullable Status bottom;

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
      // The terminal itself must not echo keys that are typed between two lines.
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
    var insert = requireNonNull(reader.getBuiltinWidgets().get(LineReader.SELF_INSERT));
    reader.getWidgets().put(LineReader.SELF_INSERT, () -> insert.apply() && insertWaiting());
    bottom = isDumb() ? null : Status.getStatus(terminal);
  }

  /**
   * Inserts all characters that are waiting, for example of a paste. JLine redraws the line after
   * each key, which takes milliseconds for a long line.
   */
  private boolean insertWaiting() {
    var keys = terminal.reader();
    try {
      for (int next = keys.peek(1); next >= ' ' && next != DELETE; next = keys.peek(1)) {
        int first = keys.read();
        boolean isPair = Character.isHighSurrogate((char) first);
        int second = isPair ? keys.read() : 0;
        reader
            .getBuffer()
            .write(isPair ? Character.toCodePoint((char) first, (char) second) : first);
      }
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * Shows lines at the bottom until they are replaced. Each line is cut to the width. Does nothing
   * if the terminal does not support it.
   */
  void pin(List<String> lines) {
    if (bottom != null) {
      var style = colours ? AttributedStyle.DEFAULT.faint() : AttributedStyle.DEFAULT;
      int width = width();
      bottom.update(
          lines.stream()
              .map(line -> new AttributedString(line, style).columnSubSequence(0, width))
              .toList());
    }
  }

  /** Whether {@link #pin} shows anything. */
  boolean canPin() {
    return bottom != null;
  }

  /** The terminal that this process runs in. */
  static Terminal systemTerminal() throws IOException {
    return TerminalBuilder.builder()
        .name("chatserver")
        .system(true)
        .dumb(true)
        // Regardless of the locale, because all terminals of today use UTF-8.
        .encoding(StandardCharsets.UTF_8)
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

  /** Prints lines above the input line. */
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
    pin(List.of());
    reader.getHistory().save();
    terminal.close();
  }
}
