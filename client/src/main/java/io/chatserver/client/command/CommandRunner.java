package io.chatserver.client.command;

import io.chatserver.client.net.ChatConnection;
import io.chatserver.client.net.RequestException;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Does what was typed, on a connection, and has a {@link Display} show what came of it.
 *
 * <p>Threads: one runs commands; answers are shown on the connection's event loop.
 */
public final class CommandRunner {
  private final ChatConnection connection;
  private final AddressBook addressBook;
  private final Display display;
  private @Nullable Target current;
  private CompletableFuture<Void> outstanding = CompletableFuture.completedFuture(null);

  public CommandRunner(ChatConnection connection, AddressBook addressBook, Display display) {
    this.connection = connection;
    this.addressBook = addressBook;
    this.display = display;
  }

  /** Where plain lines go. */
  public Optional<Target> current() {
    return Optional.ofNullable(current);
  }

  /** Starts an action; the future says whether it succeeded, when that is known and shown. */
  public CompletableFuture<Boolean> run(String line, Input.Action action) {
    try {
      var success = start(line, action);
      outstanding = CompletableFuture.allOf(outstanding, success);
      return success;
    } catch (UnknownNameException e) {
      return failed(line, "unknown-name", String.valueOf(e.getMessage()));
    }
  }

  /** Done when everything that was run so far is known and shown. */
  public CompletableFuture<Void> outstanding() {
    return outstanding;
  }

  private CompletableFuture<Boolean> start(String line, Input.Action action) {
    return switch (action) {
      case Input.Message(var user, var text) ->
          send(line, new Command.SendDirect(addressBook.user(user), text));
      case Input.GroupMessage(var group, var text) ->
          send(line, new Command.SendGroup(addressBook.group(group), text));
      case Input.Plain(var text) -> sendPlain(line, text);
      case Input.TalkTo(var target) -> talkTo(addressBook.target(target));
      case Input.AddFriend(var user) -> send(line, new Command.AddFriend(addressBook.user(user)));
      case Input.CreateGroup(var name, var description) ->
          send(line, new Command.CreateGroup(name, description));
      case Input.Join(var group) -> send(line, new Command.JoinGroup(addressBook.group(group)));
      case Input.Friends _ -> send(line, new Command.ListFriends());
      case Input.Groups _ -> send(line, new Command.ListGroups());
      case Input.Members(var group) -> listMembers(line, addressBook.group(group), null);
      case Input.Wrong(var reason) -> failed(line, "usage", reason);
    };
  }

  private CompletableFuture<Boolean> talkTo(Target target) {
    current = target;
    display.talkingTo(target);
    return CompletableFuture.completedFuture(true);
  }

  private CompletableFuture<Boolean> sendPlain(String line, String text) {
    if (current != null) {
      return send(line, current.send(text));
    }
    var hint =
        CommandTable.find(line)
            .map(entry -> "usage: " + entry.usage())
            .orElse("say to whom first, with /to; /help lists the commands");
    return failed(line, "usage", hint);
  }

  private CompletableFuture<Boolean> send(String line, Command command) {
    return request(line, command).thenApply(Optional::isPresent);
  }

  private CompletableFuture<Boolean> listMembers(
      String line, GroupId group, @Nullable UserId after) {
    return request(line, new Command.ListMembers(group, after))
        .thenCompose(reply ->
            reply.orElse(null) instanceof Reply.Members page && page.more()
                ? listMembers(line, group, page.members().getLast().id())
                : CompletableFuture.completedFuture(reply.isPresent()));
  }

  private CompletableFuture<Optional<Reply>> request(String line, Command command) {
    return connection
        .send(command)
        .handle((reply, failure) -> settle(line, command, reply, failure));
  }

  private Optional<Reply> settle(
      String line, Command command, @Nullable Reply reply, @Nullable Throwable failure) {
    switch (reply) {
      case null -> display.failed(line, code(failure), reason(failure));
      case Reply.Failed refusal ->
          display.failed(line, Integer.toString(refusal.code().number()), reason(refusal));
      case Reply.Sent sent -> {
        display.sent(ownMessage(command, sent));
        return Optional.of(sent);
      }
      default -> {
        addressBook.learn(reply);
        display.answered(command, reply);
        return Optional.of(reply);
      }
    }
    return Optional.empty();
  }

  private ChatMessage ownMessage(Command command, Reply.Sent sent) {
    var text =
        switch (command) {
          case Command.SendDirect(_, var said, _) -> said;
          case Command.SendGroup(_, var said, _) -> said;
          default -> throw new IllegalArgumentException("not a message: " + command);
        };
    var self = addressBook.self().orElseThrow();
    return new ChatMessage(
        sent.conversation(), sent.seq(), self, addressBook.nameOf(self), sent.sentAt(), text);
  }

  private CompletableFuture<Boolean> failed(String line, String code, String reason) {
    display.failed(line, code, reason);
    return CompletableFuture.completedFuture(false);
  }

  private static String code(@Nullable Throwable failure) {
    return failure instanceof RequestException known ? known.code() : "fault";
  }

  private static String reason(@Nullable Throwable failure) {
    return failure == null ? "" : String.valueOf(failure.getMessage());
  }

  /** A refusal in words, with the time of another try where the server gave one. */
  public static String reason(Reply.Failed refusal) {
    var after = refusal.retryAfter();
    return after == null
        ? refusal.message()
        : "%s (again in %.1f s)".formatted(refusal.message(), after.toMillis() / 1000.0);
  }
}
