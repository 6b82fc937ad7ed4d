package io.chatserver.bench.check;

import io.chatserver.bench.BenchFailed;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;

/** Reads the whole log of the conversations over the wire, as members that saw them begin. */
final class LogReader {
  private final Door door;
  private final Cast cast;
  private final ToLongFunction<LogEntry> identify;
  private final LogCopy copy = new LogCopy();

  private LogReader(Door door, Cast cast, ToLongFunction<LogEntry> identify) {
    this.door = door;
    this.cast = cast;
    this.identify = identify;
  }

  /**
   * Reads it.
   *
   * @param identify which message it is, by {@link Saying}
   * @throws BenchFailed if the server does not show it
   */
  static LogCopy read(Door door, Cast cast, ToLongFunction<LogEntry> identify) {
    var reader = new LogReader(door, cast, identify);
    try {
      for (var account : cast.accounts()) {
        reader.readAs(account);
      }
    } catch (IOException e) {
      throw new BenchFailed("the log cannot be read: " + e.getMessage(), e);
    }
    return reader.copy;
  }

  private void readAs(Account account) throws IOException {
    var conversations = readBy(account.id());
    if (conversations.isEmpty()) {
      return;
    }
    try (var line = new Line(door, 0)) {
      var _ = line.ask(account.loginWithoutTrace(), Reply.LoggedIn.class);
      for (var conversation : conversations) {
        read(line, conversation);
      }
    }
  }

  private List<ConversationId> readBy(UserId user) {
    return cast.members().entrySet().stream()
        .filter(entry -> entry.getValue().first().getFirst().equals(user))
        .map(entry -> entry.getKey())
        .toList();
  }

  private void read(Line line, ConversationId conversation) throws IOException {
    long after = 0;
    boolean more = true;
    while (more) {
      var command = new Command.History(conversation, null, after, Command.History.MAX_LIMIT);
      var answer = line.ask(command, Reply.History.class);
      for (var entry : answer.entries()) {
        long saying = identify.applyAsLong(entry);
        copy.add(conversation, entry.seq(), saying, LogCopy.millis(entry));
        after = entry.seq();
      }
      more = answer.more() && !answer.entries().isEmpty();
    }
  }
}
