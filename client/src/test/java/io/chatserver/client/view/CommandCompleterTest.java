package io.chatserver.client.view;

import static io.chatserver.client.FakeServer.WELCOME;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.client.command.AddressBook;
import io.chatserver.protocol.Friend;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommandCompleterTest {
  private static final Parser PARSER = new DefaultParser();

  private final AddressBook addressBook = new AddressBook();
  private final CommandCompleter completer = new CommandCompleter(addressBook);
  private final LineReader reader =
      LineReaderBuilder.builder().terminal(new TestTerminal().terminal()).build();

  @BeforeEach
  void logIn() {
    addressBook.learn(WELCOME);
  }

  @Test
  void completesCommandsOfOurs() {
    assertThat(completed("/m")).contains("/msg", "/members").doesNotContain("help", "chat");
    assertThat(completed("h")).isEmpty();
  }

  @Test
  void completesTheUserOrGroupThatACommandTakes() {
    assertThat(completed("/msg ")).containsExactlyInAnyOrder("alice", "bob");
    assertThat(completed("/group f")).containsExactly("family");
    assertThat(completed("/to ")).containsExactlyInAnyOrder("alice", "bob", "#family");
    assertThat(completed("/friends ")).isEmpty();
    assertThat(completed("/msg bob b")).isEmpty();
    assertThat(completed("hello b")).isEmpty();
  }

  @Test
  void offersNoNameThatCannotBeTyped() {
    addressBook.learn(
        new Reply.Friends(
            List.of(
                new Friend(new UserId(3), "two words", true),
                new Friend(new UserId(4), "\u001b[2J", true),
                new Friend(new UserId(5), "", true))));

    assertThat(completed("/msg ")).containsExactlyInAnyOrder("alice", "bob");
  }

  private List<String> completed(String line) {
    var candidates = new ArrayList<Candidate>();
    completer.complete(
        reader, PARSER.parse(line, line.length(), Parser.ParseContext.COMPLETE), candidates);
    return candidates.stream().map(Candidate::value).toList();
  }
}
