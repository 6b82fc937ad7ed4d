package io.chatserver.client.view;

import io.chatserver.client.command.AddressBook;
import io.chatserver.client.command.CommandRunner;
import io.chatserver.client.command.Target;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Friend;
import io.chatserver.protocol.Group;
import io.chatserver.protocol.Member;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Puts replies and states into words for a person; every text is one or more whole lines. */
final class AnswerRenderer {
  private final AddressBook addressBook;

  AnswerRenderer(AddressBook addressBook) {
    this.addressBook = addressBook;
  }

  /** The lines for a successful reply; none if showing the message is enough. */
  List<String> lines(Reply reply) {
    return switch (reply) {
      case Reply.Done _ -> List.of("done");
      case Reply.Registered(var id) ->
          List.of("registered: your id is " + id + "; log in with it or with your name");
      case Reply.LoggedIn login -> welcome(login);
      case Reply.FriendAdded(var friend) -> List.of("friend: " + friend(friend));
      case Reply.InGroup(var group) -> List.of("in group: " + group(group));
      case Reply.Friends(var friends) -> friends(friends);
      case Reply.Groups(var groups) -> groups(groups);
      case Reply.Members page -> page.members().stream().map(AnswerRenderer::member).toList();
      case Reply.History page when page.messages().isEmpty() -> List.of("nothing was said yet");
      case Reply.Sent _, Reply.History _, Reply.Conversations _, Reply.Found _, Reply.Pong _ ->
          List.of();
      case Reply.Failed failed -> List.of("refused: " + SafeText.of(CommandRunner.reason(failed)));
    };
  }

  /** The line for a state of the connection. */
  String line(ConnectionState state) {
    return switch (state) {
      case ConnectionState.Connected(var address) -> "connected to " + address;
      case ConnectionState.LoggedIn(var login, _) ->
          "logged in as [%s]%s".formatted(login.id(), SafeText.name(login.name()));
      case ConnectionState.LoggedOut _ -> "logged out";
      case ConnectionState.Lost(var reason) -> "connection lost: " + SafeText.of(reason);
      case ConnectionState.Moving(var reason) -> "moving: " + SafeText.of(reason);
      case ConnectionState.Retrying(_, var in) -> "trying again in " + seconds(in) + " s";
      case ConnectionState.GaveUp(var reason) ->
          "the session is over (%s): press Enter to log in again".formatted(SafeText.of(reason));
    };
  }

  /** The prompt for a conversation. */
  String prompt(Target target) {
    return name(target) + "> ";
  }

  /** The conversation as a person calls it. */
  String name(ConversationId conversation) {
    if (!conversation.isDirect()) {
      return name(new Target.Group(conversation.group()));
    }
    var self = addressBook.self().orElse(conversation.low());
    return name(new Target.User(conversation.peerOf(self)));
  }

  private String name(Target target) {
    return switch (target) {
      case Target.User(var id) -> orId(addressBook.nameOf(id), id);
      case Target.Group(var id) -> "#" + orId(addressBook.nameOf(id), id);
    };
  }

  private List<String> welcome(Reply.LoggedIn login) {
    var lines = new ArrayList<String>();
    lines.add("welcome [%s]%s".formatted(login.id(), SafeText.name(login.name())));
    lines.addAll(friends(login.friends()));
    lines.addAll(groups(login.groups()));
    lines.add("/help lists the commands");
    return lines;
  }

  private static List<String> friends(List<Friend> friends) {
    var lines = new ArrayList<String>();
    lines.add(friends.isEmpty() ? "no friends yet" : "friends:");
    friends.forEach(friend -> lines.add("  " + friend(friend)));
    return lines;
  }

  private static List<String> groups(List<Group> groups) {
    var lines = new ArrayList<String>();
    lines.add(groups.isEmpty() ? "no groups yet" : "groups:");
    groups.forEach(group -> lines.add("  " + group(group)));
    return lines;
  }

  private static String friend(Friend friend) {
    return "[%s]%s %s".formatted(friend.id(), SafeText.name(friend.name()), state(friend.online()));
  }

  private static String group(Group group) {
    var description = SafeText.of(group.description());
    return "[%s]%s, %d members%s"
        .formatted(
            group.id(),
            SafeText.name(group.name()),
            group.memberCount(),
            description.isEmpty() ? "" : ": " + description);
  }

  private static String member(Member member) {
    var role = member.role() == Role.CREATOR ? " creator" : "";
    return "  [%s]%s%s %s"
        .formatted(member.id(), SafeText.name(member.name()), role, state(member.online()));
  }

  private static String orId(String name, Object id) {
    return name.isEmpty() ? id.toString() : SafeText.name(name);
  }

  private static String state(boolean online) {
    return online ? "online" : "offline";
  }

  private static String seconds(Duration duration) {
    return "%.1f".formatted(duration.toMillis() / 1000.0);
  }
}
