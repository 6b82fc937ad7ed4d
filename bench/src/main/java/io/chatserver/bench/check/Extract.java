package io.chatserver.bench.check;

import io.chatserver.protocol.ConversationId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The part of what was noted down that shows a violation, in a file for a person to read. */
final class Extract {
  private static final int BEFORE = 25;
  private static final int AFTER = 8;
  private static final int MOST_OF_OTHERS = 60;
  private static final int MESSAGES_AROUND = 3;

  private final Evidence evidence;
  private final Violation violation;

  private Extract(Evidence evidence, Violation violation) {
    this.evidence = evidence;
    this.violation = violation;
  }

  /** Writes a file for each kept violation, and gives their names. */
  static List<Path> write(Outcome outcome, Path directory) throws IOException {
    Files.createDirectories(directory);
    var files = new ArrayList<Path>();
    for (var violation : outcome.verdict().examples()) {
      var file =
          directory.resolve(String.format("%02d-%s.txt", files.size() + 1, violation.invariant()));
      files.add(file);
      try (var out = new PrintWriter(Files.newBufferedWriter(file))) {
        out.println(outcome);
        new Extract(outcome.evidence(), violation).print(out);
      }
    }
    return files;
  }

  /** Where it is, in a few words. */
  static String place(Violation violation) {
    var device = violation.device() == Violation.NONE ? "" : "device " + violation.device() + ", ";
    var conversation =
        violation.conversation() == 0
            ? ""
            : new ConversationId(violation.conversation()) + " " + violation.seq() + ", ";
    return device + conversation;
  }

  private void print(PrintWriter out) {
    out.println(violation.invariant() + ": " + violation.invariant().text());
    out.println(place(violation) + violation.text());
    if (violation.conversation() != 0) {
      printLog(out);
    }
    if (violation.device() != Violation.NONE) {
      printDevice(out);
    }
    if (violation.seq() != 0 && violation.conversation() != 0) {
      printOthers(out);
    }
  }

  private void printLog(PrintWriter out) {
    var part = evidence.log().of(violation.conversation());
    out.println("\nthe log, up to " + part.head() + ":");
    for (int i = 0; i < part.size(); i++) {
      if (Math.abs(part.seq(i) - violation.seq()) <= MESSAGES_AROUND) {
        out.println(
            "  seq " + part.seq(i) + ": " + Saying.name(part.saying(i)) + ", ts " + part.time(i));
      }
    }
  }

  /** What concerns the conversation, up to the event and a little further. */
  private void printDevice(PrintWriter out) {
    var history = evidence.histories().get(violation.device());
    int center = violation.event() == Violation.NONE ? history.size() : violation.event();
    var before = new ArrayList<Event>();
    var after = new ArrayList<Event>();
    for (var event : history.events()) {
      if (event.conversation() == violation.conversation() || isFrame(event)) {
        (event.index() <= center ? before : after).add(event);
      }
    }
    var user = evidence.cast().userOf(violation.device());
    out.println("\ndevice " + violation.device() + " of user " + user + ":");
    before.stream().skip(Math.max(0, before.size() - BEFORE)).forEach(each -> print(each, out));
    after.stream().limit(AFTER).forEach(each -> print(each, out));
  }

  private static boolean isFrame(Event event) {
    return switch (event.kind()) {
      case LOGIN, SESSION, GONE -> true;
      default -> false;
    };
  }

  private void print(Event event, PrintWriter out) {
    out.println((event.index() == violation.event() ? "> " : "  ") + event.text());
  }

  /** What any device noted down of this message. */
  private void printOthers(PrintWriter out) {
    out.println("\nwhat devices noted down of it:");
    int count = 0;
    for (int device = 0; device < evidence.histories().size(); device++) {
      for (var event : evidence.histories().get(device).events()) {
        boolean isOfIt =
            event.conversation() == violation.conversation()
                && event.seq() == violation.seq()
                && (event.isMessage() || event.kind() == EventKind.STORED);
        if (isOfIt && count < MOST_OF_OTHERS) {
          out.println("  device " + device + "  " + event.text());
          count++;
        }
      }
    }
  }
}
