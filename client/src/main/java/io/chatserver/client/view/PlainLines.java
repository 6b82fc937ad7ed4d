package io.chatserver.client.view;

import io.chatserver.client.command.CommandRunner;
import io.chatserver.client.command.Display;
import io.chatserver.client.command.Target;
import io.chatserver.client.delivery.Outgoing;
import io.chatserver.client.delivery.SendState;
import io.chatserver.client.net.ConnectionState;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ConversationState;
import io.chatserver.protocol.Friend;
import io.chatserver.protocol.Group;
import io.chatserver.protocol.Member;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Prints what happens for programs: one line each, of a leading word and fields with a tab between
 * them ({@code docs/CLIENT.md}).
 *
 * <p>Threads: any.
 */
final class PlainLines implements Display {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final PrintStream out;

  PlainLines(PrintStream out) {
    this.out = out;
  }

  /** Prints one line. */
  void line(String word, Object... fields) {
    out.println(
        Arrays.stream(fields)
            .map(PlainLines::field)
            .collect(Collectors.joining("\t", word + "\t", "")));
  }

  /** Prints a message behind the word that says why it is shown. */
  void message(String word, ChatMessage message) {
    line(
        word,
        message.conversation(),
        message.seq(),
        message.sentAt(),
        message.sender(),
        message.senderName(),
        message.text());
  }

  void change(MemberEntry change) {
    line(
        change.change().wireName(),
        change.conversation(),
        change.seq(),
        change.sentAt(),
        change.user(),
        change.userName(),
        change.sender(),
        change.senderName());
  }

  void state(ConnectionState state) {
    switch (state) {
      case ConnectionState.Connected(var address) -> line("state", "connected", address);
      case ConnectionState.LoggedIn(var login, _) ->
          line("state", "logged-in", login.id(), login.name());
      case ConnectionState.LoggedOut _ -> line("state", "logged-out");
      case ConnectionState.Lost(var reason) -> line("state", "lost", reason);
      case ConnectionState.Moving(var reason) -> line("state", "moving", reason);
      case ConnectionState.Retrying(var reason, var in) ->
          line("state", "retrying", in.toMillis(), reason);
      case ConnectionState.GaveUp(var reason) -> line("state", "gave-up", reason);
    }
  }

  @Override
  public void queued(Outgoing message) {
    line("queued", message.conversation(), message.text());
  }

  @Override
  public void stored(Outgoing message, SendState.Stored stored) {
    line("sent", message.conversation(), stored.seq(), stored.at(), message.text());
  }

  /** These have no outcome yet and wait on disk. */
  void unsent(List<Outgoing> messages) {
    messages.forEach(message -> line("unsent", message.conversation(), message.text()));
  }

  void receipt(ConversationId conversation, UserId user, Place place) {
    line("receipt", conversation, user, place.received(), place.read());
  }

  void unread(ConversationState state) {
    line("unread", state.conversation(), state.unread());
  }

  @Override
  public void answered(Command command, Reply reply) {
    switch (reply) {
      case Reply.Registered(var id) -> line("registered", id);
      case Reply.FriendAdded(var friend) -> friend("friend-added", friend);
      case Reply.InGroup(var group) -> group("in-group", group);
      case Reply.Friends(var friends) -> {
        friends.forEach(friend -> friend("friend", friend));
        done(command);
      }
      case Reply.Groups(var groups) -> {
        groups.forEach(group -> group("group", group));
        done(command);
      }
      case Reply.Members page -> {
        page.members().forEach(member -> member(page, member));
        if (!page.more()) {
          done(command);
        }
      }
      case Reply.History page -> {
        page.messages().forEach(message -> message("history", message));
        done(command);
      }
      case Reply.Done _,
          Reply.LoggedIn _,
          Reply.Sent _,
          Reply.Conversations _,
          Reply.Found _,
          Reply.Pong _,
          Reply.Failed _ ->
          done(command);
    }
  }

  @Override
  public void failed(String line, String code, String reason) {
    line("error", code, reason, line);
  }

  @Override
  public void talkingTo(Target target) {
    switch (target) {
      case Target.User(var id) -> line("talking-to", "user", id);
      case Target.Group(var id) -> line("talking-to", "group", id);
    }
  }

  private void friend(String word, Friend friend) {
    line(word, friend.id(), state(friend.online()), friend.name());
  }

  private void group(String word, Group group) {
    line(word, group.id(), group.memberCount(), group.name(), group.description());
  }

  private void member(Reply.Members page, Member member) {
    line(
        "member",
        page.group(),
        member.id(),
        member.role().wireName(),
        state(member.online()),
        member.name());
  }

  /** The server refused what no line asked for. */
  void refused(String what, Reply.Failed refusal) {
    var code = Integer.toString(refusal.code().number());
    failed(what, code, CommandRunner.reason(refusal));
  }

  private void done(Command command) {
    line("done", word(command));
  }

  private static String word(Command command) {
    return command.type().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String state(boolean online) {
    return online ? "online" : "offline";
  }

  private static String field(Object value) {
    return value instanceof Instant time ? TIME.format(time) : SafeText.escaped(value.toString());
  }
}
