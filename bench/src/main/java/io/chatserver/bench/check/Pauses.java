package io.chatserver.bench.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long users had to wait on account of each fault.
 *
 * <p>The <em>window</em> of a fault is the time from its beginning to the beginning of the next. In
 * each window each device has one <em>pause</em>: the longest time for which a message that it had
 * written waited to be acknowledged, whether it could be sent or not; and another: the longest time
 * from the acknowledgement of a message to its sender to its coming to this device. A message
 * counts in every window in which it waits, for as long as it does in it. The percentiles are those
 * of the pauses of all devices in all windows of a kind of fault: half of the users waited no
 * longer than p50.
 *
 * <p>Devices leave, die and come back as they like, which costs up to half a second besides; what
 * that comes to shows the second half of the time before the first fault. Only the time in which a
 * device did not want to read is left out.
 */
final class Pauses {
  /** What the window before the first fault is called. */
  static final String BEFORE = "(before)";

  private record Window(String kind, long from) {}

  private final List<History> histories;
  private final long finish;
  private final List<Window> windows = new ArrayList<>();
  private final Map<Long, Long> acknowledged = new HashMap<>();

  private Pauses(List<History> histories, List<FaultLog.Fault> faults, long finish) {
    this.histories = histories;
    this.finish = finish;
    long first = faults.isEmpty() ? 0 : faults.getFirst().from();
    // Programs that have just been started are slow.
    windows.add(new Window(BEFORE, first / 2));
    faults.forEach(fault -> windows.add(new Window(fault.kind(), fault.from())));
  }

  /**
   * Finds them in what the devices noted down.
   *
   * @param finish when they began to read all once more
   */
  static PauseTable find(List<History> histories, List<FaultLog.Fault> faults, long finish) {
    return new Pauses(histories, faults, finish).find();
  }

  private PauseTable find() {
    var acknowledging = new ArrayList<Longest>();
    var delivering = new ArrayList<Longest>();
    for (var history : histories) {
      acknowledging.add(acknowledgements(history));
    }
    for (int device = 0; device < histories.size(); device++) {
      delivering.add(deliveries(device));
    }
    var windowsByKind = new LinkedHashMap<String, List<Integer>>();
    for (int i = 0; i < windows.size(); i++) {
      windowsByKind.computeIfAbsent(windows.get(i).kind, _ -> new ArrayList<>()).add(i);
    }
    var rows = new ArrayList<PauseTable.Row>();
    windowsByKind.forEach((kind, ofKind) -> {
      int count = kind.equals(BEFORE) ? 0 : ofKind.size();
      rows.add(
          new PauseTable.Row(kind, count, waits(acknowledging, ofKind), waits(delivering, ofKind)));
    });
    return new PauseTable(rows);
  }

  private static List<Long> waits(List<Longest> ofDevices, List<Integer> windows) {
    return ofDevices.stream()
        .flatMap(longest -> windows.stream().map(window -> longest.waits[window]))
        .filter(wait -> wait > 0)
        .toList();
  }

  /** The longest wait of one device in each window; 0 if there was nothing to wait for. */
  private final class Longest {
    private final long[] waits = new long[windows.size()];
    private long stalledUntil;

    void stalled(Event event) {
      stalledUntil = event.at();
    }

    void add(long since, long until) {
      long from = Math.max(since, stalledUntil);
      for (int i = windowAt(from); i < waits.length && windows.get(i).from <= until; i++) {
        long end = i + 1 < waits.length ? Math.min(until, windows.get(i + 1).from) : until;
        long wait = end - Math.max(from, windows.get(i).from);
        waits[i] = Math.max(waits[i], Math.max(1, wait));
      }
    }
  }

  private int windowAt(long time) {
    int from = 0;
    int to = windows.size();
    while (to - from > 1) {
      int middle = (from + to) >>> 1;
      if (windows.get(middle).from <= time) {
        from = middle;
      } else {
        to = middle;
      }
    }
    return from;
  }

  private Longest acknowledgements(History history) {
    var longest = new Longest();
    var written = new HashMap<Long, Long>();
    for (var event : history.events()) {
      switch (event.kind()) {
        case STALLED -> longest.stalled(event);
        case SAYS -> written.putIfAbsent(event.x(), event.at() - event.y());
        case STORED -> {
          // Later ones are answers to repeats.
          if (acknowledged.putIfAbsent(event.x(), event.at()) == null) {
            longest.add(written.getOrDefault(event.x(), event.at()), event.at());
          }
        }
        default -> {}
      }
    }
    return longest;
  }

  private Longest deliveries(int device) {
    var longest = new Longest();
    var seen = new HashSet<Long>();
    for (var event : histories.get(device).events()) {
      switch (event.kind()) {
        case STALLED -> longest.stalled(event);
        case PUSHED, PAGED -> {
          var since = acknowledged.get(event.x());
          boolean isDue = Saying.device(event.x()) != device && event.at() < finish;
          if (since != null && isDue && seen.add(event.x())) {
            longest.add(Math.min(since, event.at()), event.at());
          }
        }
        default -> {}
      }
    }
    return longest;
  }
}
