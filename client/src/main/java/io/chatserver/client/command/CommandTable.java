package io.chatserver.client.command;

import static io.chatserver.client.command.CommandTable.Argument.GROUP;
import static io.chatserver.client.command.CommandTable.Argument.NONE;
import static io.chatserver.client.command.CommandTable.Argument.USER;
import static io.chatserver.client.command.CommandTable.Argument.USER_OR_GROUP;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** All commands: the parser, the help and the completion read this table. */
public final class CommandTable {
  /** What the first argument of a command names, by which it is completed. */
  public enum Argument {
    NONE,
    USER,
    GROUP,
    USER_OR_GROUP
  }

  /**
   * One command.
   *
   * @param name what a line begins with, up to a blank or colon
   * @param reader understands a whole line; empty where it is not this command after all
   */
  public record Entry(
      String name,
      String usage,
      String description,
      Argument argument,
      Function<String, Optional<Input>> reader) {}

  private static final List<Entry> ENTRIES =
      List.of(
          slash(
              "/msg USER TEXT",
              "send a text to a user",
              USER,
              words -> new Input.Message(words.next("USER"), words.rest("TEXT"))),
          slash(
              "/group GROUP TEXT",
              "send a text to a group",
              GROUP,
              words -> new Input.GroupMessage(words.next("GROUP"), words.rest("TEXT"))),
          slash(
              "/to USER|#GROUP",
              "plain lines go there from now on",
              USER_OR_GROUP,
              words -> new Input.TalkTo(words.last("USER or #GROUP"))),
          slash(
              "/addfriend USER",
              "put a user on your list of friends",
              USER,
              words -> new Input.AddFriend(words.last("USER"))),
          slash(
              "/creategroup NAME [TEXT]",
              "create a group, with a description",
              NONE,
              words -> new Input.CreateGroup(words.next("NAME"), words.restOrEmpty())),
          slash("/join GROUP", "join a group", GROUP, words -> new Input.Join(words.last("GROUP"))),
          slash("/friends", "list your friends", NONE, words -> words.end(new Input.Friends())),
          slash("/groups", "list your groups", NONE, words -> words.end(new Input.Groups())),
          slash(
              "/members GROUP",
              "list the members of a group",
              GROUP,
              words -> new Input.Members(words.last("GROUP"))),
          slash(
              "/history [N]",
              "show the last N messages (20)",
              NONE,
              words -> words.end(new Input.History(words.number("N", 20, 100)))),
          slash("/logout", "end the session", NONE, words -> words.end(new Input.Logout())),
          slash("/help", "show the commands", NONE, words -> words.end(new Input.Help())),
          slash("/quit", "leave", NONE, words -> words.end(new Input.Quit())),
          original(
              "chat:friendid:message",
              "/msg",
              "chat:(\\d{1,10}):(.+)",
              m -> new Input.Message(m.group(1), m.group(2))),
          original(
              "groupchat:groupid:message",
              "/group",
              "groupchat:(\\d{1,10}):(.+)",
              m -> new Input.GroupMessage(m.group(1), m.group(2))),
          original(
              "addfriend:friendid",
              "/addfriend",
              "addfriend:(\\d{1,10})",
              m -> new Input.AddFriend(m.group(1))),
          original(
              "creategroup:groupname:groupdesc",
              "/creategroup",
              "creategroup:([^:]+):(.*)",
              m -> new Input.CreateGroup(m.group(1), m.group(2))),
          original(
              "addgroup:groupid", "/join", "addgroup:(\\d{1,10})", m -> new Input.Join(m.group(1))),
          original("loginout", "/logout", "loginout", _ -> new Input.Logout()),
          original("help", "/help", "help", _ -> new Input.Help()));

  private CommandTable() {}

  /** All commands, in the order of the help. */
  public static List<Entry> entries() {
    return ENTRIES;
  }

  /** The command that a line begins with. */
  public static Optional<Entry> find(String line) {
    var name = line.substring(0, nameLength(line));
    return ENTRIES.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /** The help: a line for each command. */
  public static List<String> help() {
    int width = ENTRIES.stream().mapToInt(entry -> entry.usage().length()).max().orElse(0);
    return ENTRIES.stream()
        .map(entry -> ("%-" + width + "s  %s").formatted(entry.usage(), entry.description()))
        .toList();
  }

  private static Entry slash(
      String usage, String description, Argument argument, Function<Words, Input> reader) {
    var name = usage.substring(0, nameLength(usage));
    return new Entry(
        name,
        usage,
        description,
        argument,
        line -> Optional.of(reader.apply(new Words(line.substring(name.length())))));
  }

  /** A command of the C++ client. A line that only looks like it may be a message. */
  private static Entry original(
      String usage, String sameAs, String form, Function<MatchResult, Input> reader) {
    var pattern = Pattern.compile(form, Pattern.DOTALL);
    return new Entry(
        usage.substring(0, nameLength(usage)),
        usage,
        "as " + sameAs,
        NONE,
        line -> matched(pattern, line).map(reader));
  }

  private static Optional<MatchResult> matched(Pattern pattern, String line) {
    var matcher = pattern.matcher(line);
    return matcher.matches() ? Optional.of(matcher) : Optional.empty();
  }

  private static int nameLength(String line) {
    int end = 0;
    while (end < line.length()
        && line.charAt(end) != ':'
        && !Character.isWhitespace(line.charAt(end))) {
      end++;
    }
    return end;
  }
}
