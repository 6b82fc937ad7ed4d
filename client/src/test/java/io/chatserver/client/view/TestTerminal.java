package io.chatserver.client.view;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.jline.utils.AttributedString;

/** A terminal of 80 by 24 with somebody before it. */
final class TestTerminal {
  private static final Duration POLL = Duration.ofMillis(5);

  private final PipedOutputStream keyboard = new PipedOutputStream();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final Terminal terminal;
  private int read;

  TestTerminal() {
    try {
      terminal =
          new ExternalTerminal(
              "test",
              "xterm-256color",
              new PipedInputStream(keyboard),
              output,
              StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    terminal.setSize(Size.of(80, 24));
  }

  Terminal terminal() {
    return terminal;
  }

  /** Types, once a text has been shown that was not there at the last time. */
  void typeAfter(String shown, String keys) {
    waitFor(shown);
    type(keys);
  }

  void type(String keys) {
    try {
      keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a text is shown that was not there at the last time. */
  void waitFor(String shown) {
    await(shown).pollInterval(POLL).until(() -> text().indexOf(shown, read) >= 0);
    read = text().indexOf(shown, read) + shown.length();
  }

  /** All that was shown, without its styles and movements. */
  String text() {
    return AttributedString.stripAnsi(bytes());
  }

  /** All that was shown, as it was sent. */
  String bytes() {
    return output.toString(StandardCharsets.UTF_8);
  }
}
