package io.chatserver.bench.check;

import io.chatserver.protocol.ConversationId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What a device still has to send, as its disk would keep it: it survives the device's own death.
 * Of each conversation one message is under way at a time.
 *
 * <p>Threads: the device's.
 */
final class Outbox {
  private static final int MAX_WAITING = 200;
  private static final int MAX_SETTLED = 50;

  /**
   * A message to a conversation.
   *
   * @param writtenAt when its writer was done with it, by {@link System#nanoTime}
   */
  record Letter(ConversationId conversation, long saying, long writtenAt) {}

  /** What waits for one conversation. */
  private static final class Tray {
    private final Queue<Letter> letters = new ArrayDeque<>();
    private boolean underWay;
    private long notBefore;
  }

  private final Map<ConversationId, Tray> trays = new LinkedHashMap<>();
  private final ArrayDeque<Letter> settled = new ArrayDeque<>();
  private int waiting;

  /** Whether there is no room for more. */
  boolean isFull() {
    return waiting >= MAX_WAITING;
  }

  boolean isEmpty() {
    return waiting == 0;
  }

  void add(Letter letter) {
    trays.computeIfAbsent(letter.conversation, _ -> new Tray()).letters.add(letter);
    waiting++;
  }

  /** What can be sent now; it is under way from now on. */
  List<Letter> take(long now) {
    var ready = new ArrayList<Letter>();
    for (var tray : trays.values()) {
      var next = tray.letters.peek();
      if (next != null && !tray.underWay && tray.notBefore - now <= 0) {
        tray.underWay = true;
        ready.add(next);
      }
    }
    return ready;
  }

  /** Its outcome is known. */
  void settle(Letter letter) {
    var tray = trays.get(letter.conversation);
    if (tray != null && letter.equals(tray.letters.peek())) {
      tray.letters.remove();
      tray.underWay = false;
      waiting--;
      settled.addLast(letter);
      if (settled.size() > MAX_SETTLED) {
        settled.removeFirst();
      }
    }
  }

  /** It was refused for now. */
  void retry(Letter letter, long notBefore) {
    var tray = trays.get(letter.conversation);
    if (tray != null) {
      tray.underWay = false;
      tray.notBefore = notBefore;
    }
  }

  /** The connection is gone: of what was under way nothing is known. */
  void recall() {
    trays.values().forEach(tray -> tray.underWay = false);
  }

  /** One that was settled lately; null if there is none. */
  @Nullable Letter anySettled(Random random) {
    if (settled.isEmpty()) {
      return null;
    }
    return settled.stream().skip(random.nextInt(settled.size())).findFirst().orElse(null);
  }
}
