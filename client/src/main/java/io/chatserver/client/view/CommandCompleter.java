package io.chatserver.client.view;

import io.chatserver.client.command.AddressBook;
import io.chatserver.client.command.CommandTable;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes the name of a command, and the user or group that it takes. */
final class CommandCompleter implements Completer {
  private final AddressBook addressBook;

  CommandCompleter(AddressBook addressBook) {
    this.addressBook = addressBook;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    if (line.wordIndex() == 0) {
      completeCommand(line.word(), candidates);
    } else if (line.wordIndex() == 1) {
      CommandTable.find(line.line())
          .ifPresent(command -> completeArgument(command.argument(), candidates));
    }
  }

  private static void completeCommand(String begun, List<Candidate> candidates) {
    CommandTable.entries().stream()
        .filter(entry -> begun.startsWith("/") && entry.name().startsWith("/"))
        .map(entry ->
            new Candidate(entry.name(), entry.name(), null, entry.description(), null, null, true))
        .forEach(candidates::add);
  }

  private void completeArgument(CommandTable.Argument argument, List<Candidate> candidates) {
    var names =
        switch (argument) {
          case NONE -> Stream.<String>empty();
          case USER -> typeable(addressBook.users());
          case GROUP -> typeable(addressBook.groups());
          case USER_OR_GROUP ->
              Stream.concat(
                  typeable(addressBook.users()),
                  typeable(addressBook.groups()).map(name -> "#" + name));
        };
    names.map(Candidate::new).forEach(candidates::add);
  }

  /** Names that are one word and harmless; others have their id. */
  private static Stream<String> typeable(Collection<String> names) {
    return names.stream()
        .filter(name -> name.equals(SafeText.of(name)) && !name.contains(" ") && !name.isEmpty());
  }
}
