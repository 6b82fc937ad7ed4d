package io.chatserver.client.view;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.WCWidth;

/**
 * Breaks a text into lines by the columns that it takes, between words where it can. The terminal
 * would do it too, but then a text could put what it likes at the start of a line.
 */
final class LineWrapper {
  private final List<String> lines = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private final int nextWidth;
  private int width;
  private int columns;

  /** Where the line can be broken, behind a blank; 0 for nowhere. */
  private int breakAt;

  private LineWrapper(int firstWidth, int nextWidth) {
    width = firstWidth;
    this.nextWidth = nextWidth;
  }

  /** The lines of a text, the first of which may have another width; at least one. */
  static List<String> wrap(String text, int firstWidth, int nextWidth) {
    var wrapper = new LineWrapper(firstWidth, nextWidth);
    text.codePoints().forEach(wrapper::add);
    wrapper.lines.add(wrapper.line.toString());
    return wrapper.lines;
  }

  private void add(int character) {
    int needed = columns(character);
    if (columns + needed > width && character != ' ') {
      startLine();
    }
    line.appendCodePoint(character);
    columns += needed;
    if (character == ' ') {
      breakAt = line.length();
    }
  }

  private void startLine() {
    int end = breakAt > 0 ? breakAt : line.length();
    var rest = line.substring(end);
    lines.add(line.substring(0, end).stripTrailing());
    line.setLength(0);
    line.append(rest);
    columns = rest.codePoints().map(LineWrapper::columns).sum();
    breakAt = 0;
    width = nextWidth;
  }

  private static int columns(int character) {
    return Math.max(0, WCWidth.wcwidth(character));
  }
}
