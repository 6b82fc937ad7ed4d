package io.chatserver.client.view;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chatserver.client.delivery.Outgoing;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ClientMessageId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Shows the current state at the bottom of the screen: texts in flight, and a connection that is
 * being retried. These lines change in place; events are printed above them.
 *
 * <p>Threads: any.
 */
final class BottomLines {
  private static final int MAX_TEXTS = 3;

  private final Screen screen;
  private final AnswerRenderer answers;

  @GuardedBy("this") private final SequencedMap<ClientMessageId, Outgoing> sending = new LinkedHashMap<>();

  @GuardedBy("this") private String connection = "";

  BottomLines(Screen screen, AnswerRenderer answers) {
    this.screen = screen;
    this.answers = answers;
  }

  /** A text is in flight. */
  synchronized void sending(Outgoing message) {
    sending.put(message.id(), message);
    show();
  }

  /** A text is not in flight any more. */
  synchronized void settled(Outgoing message) {
    if (sending.remove(message.id()) != null) {
      show();
    }
  }

  /** No text is in flight any more, because the session ends. */
  synchronized void sessionEnds() {
    sending.clear();
    show();
  }

  /** Shows a state of the connection; false if it must be printed instead. */
  synchronized boolean tells(ConnectionState state) {
    boolean isTrying = state instanceof ConnectionState.Retrying && screen.canPin();
    boolean wasTrying = !connection.isEmpty();
    connection = isTrying ? answers.line(state) + "; Enter tries at once" : "";
    if (isTrying || wasTrying) {
      show();
    }
    // A reached server needs no line, because a session follows.
    return isTrying || (wasTrying && state instanceof ConnectionState.Connected);
  }

  @GuardedBy("this") private void show() {
    var lines = new ArrayList<String>();
    int before = sending.size() - MAX_TEXTS;
    if (before > 0) {
      lines.add("sending %d more".formatted(before));
    }
    sending.values().stream()
        .skip(Math.max(0, before))
        .map(each ->
            "sending to %s: %s"
                .formatted(answers.name(each.conversation()), SafeText.of(each.text())))
        .map(line -> line.replace('\n', ' '))
        .forEach(lines::add);
    if (!connection.isEmpty()) {
      lines.add(connection);
    }
    screen.pin(lines);
  }
}
