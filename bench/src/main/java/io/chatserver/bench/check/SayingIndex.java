package io.chatserver.bench.check;

import java.util.Arrays;
import java.util.List;

/** Where and when each message was first sent. */
final class SayingIndex {
  private final long[][] conversations;
  private final long[][] times;

  SayingIndex(List<History> histories) {
    conversations = new long[histories.size()][64];
    times = new long[histories.size()][64];
    for (var history : histories) {
      for (var event : history.events()) {
        if (event.kind() == EventKind.SAYS) {
          add(event);
        }
      }
    }
  }

  private void add(Event event) {
    int device = Saying.device(event.x());
    int ordinal = Saying.ordinal(event.x());
    if (ordinal >= times[device].length) {
      int length = Math.max(ordinal + 1, 2 * times[device].length);
      conversations[device] = Arrays.copyOf(conversations[device], length);
      times[device] = Arrays.copyOf(times[device], length);
    }
    if (conversations[device][ordinal] == 0) {
      conversations[device][ordinal] = event.conversation();
      times[device][ordinal] = event.at();
    }
  }

  /** The conversation that a message was sent to; 0 if it never was. */
  long conversationOf(long saying) {
    return at(conversations, saying);
  }

  /** When a message was sent for the first time. */
  long saidAt(long saying) {
    return at(times, saying);
  }

  private static long at(long[][] table, long saying) {
    boolean isThere =
        Saying.isKnown(saying)
            && Saying.device(saying) < table.length
            && Saying.ordinal(saying) < table[Saying.device(saying)].length;
    return isThere ? table[Saying.device(saying)][Saying.ordinal(saying)] : 0;
  }
}
