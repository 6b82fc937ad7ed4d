package io.chatserver.client.command;

import io.chatserver.client.delivery.ChatSession;
import io.chatserver.client.delivery.NotQueuedException;
import io.chatserver.client.delivery.Outgoing;
import io.chatserver.client.delivery.SendState;
import io.chatserver.client.net.RequestException;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs typed commands in a session, and shows the results in a {@link Display}.
 *
 * <p>Threads: one runs commands; answers are shown on the connection's event loop.
 */
public final class CommandRunner {
  private final ChatSession session;
  private final AddressBook addressBook;
  private final Display display;
  private @Nullable Target current;
  private volatile CompletableFuture<Void> outstanding = CompletableFuture.completedFuture(null);
  private final TypedTexts texts = new TypedTexts();

  public CommandRunner(ChatSession session, AddressBook addressBook, Display display) {
    this.session = session;
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
      await(success);
      return success;
    } catch (UnknownNameException e) {
      return failed(line, "unknown-name", String.valueOf(e.getMessage()));
    }
  }

  private CompletableFuture<Boolean> start(String line, Input.Action action) {
    return switch (action) {
      case Input.Message(var user, var text) ->
          send(line, new Target.User(find(user, addressBook::user)), text);
      case Input.GroupMessage(var group, var text) ->
          send(line, new Target.Group(find(group, addressBook::group)), text);
      case Input.Plain(var text) -> sendPlain(line, text);
      case Input.TalkTo(var target) -> talkTo(find(target, addressBook::target));
      case Input.AddFriend(var user) ->
          ask(line, new Command.AddFriend(find(user, addressBook::user)));
      case Input.CreateGroup(var name, var description) ->
          ask(line, new Command.CreateGroup(name, description));
      case Input.Join(var group) ->
          ask(line, new Command.JoinGroup(find(group, addressBook::group)));
      case Input.Friends _ -> ask(line, new Command.ListFriends());
      case Input.Groups _ -> ask(line, new Command.ListGroups());
      case Input.Members(var group) -> listMembers(line, find(group, addressBook::group), null);
      case Input.History(var count) -> history(line, count);
      case Input.Wrong(var reason) -> failed(line, "usage", reason);
    };
  }

  /**
   * Finds a user or group by name, and looks it up at the server if it is not known here. Later
   * texts wait for the reply, so their order is kept.
   *
   * @throws UnknownNameException if there is none
   */
  private <T> T find(String text, Function<String, T> known) {
    try {
      return known.apply(text);
    } catch (UnknownNameException unknown) {
      if (text.startsWith("#") ? text.length() == 1 : text.isEmpty()) {
        throw unknown;
      }
      lookUp(AddressBook.nameOfGroup(text));
      return known.apply(text);
    }
  }

  private void lookUp(String name) {
    try {
      switch (session.request(new Command.Find(name)).join()) {
        case Reply.Found found -> addressBook.learn(name, found);
        case Reply.Failed refusal -> throw new UnknownNameException(reason(refusal));
        default -> {}
      }
    } catch (CompletionException e) {
      throw new UnknownNameException(name + " cannot be looked up: " + reason(e.getCause()));
    }
  }

  private CompletableFuture<Boolean> talkTo(Target target) {
    current = target;
    display.talkingTo(target);
    return CompletableFuture.completedFuture(true);
  }

  private CompletableFuture<Boolean> history(String line, int count) {
    if (current == null) {
      return failed(line, "usage", "say of which conversation first, with /to");
    }
    return ask(line, new Command.History(current.conversation(self()), null, null, count));
  }

  private CompletableFuture<Boolean> sendPlain(String line, String text) {
    if (current != null) {
      return send(line, current, text);
    }
    var hint =
        CommandTable.find(line)
            .map(entry -> "usage: " + entry.usage())
            .orElse("say to whom first, with /to; /help lists the commands");
    return failed(line, "usage", hint);
  }

  private CompletableFuture<Boolean> send(String line, Target target, String text) {
    try {
      return texts.add(line, () -> session.send(target.conversation(self()), text));
    } catch (NotQueuedException e) {
      return failed(line, e.code(), String.valueOf(e.getMessage()));
    }
  }

  private UserId self() {
    return addressBook.self().orElseThrow();
  }

  /** Takes note of what became of a text, be it of an earlier run. */
  public void stateChanged(Outgoing message, SendState state) {
    switch (state) {
      case SendState.Queued _ -> display.queued(message);
      case SendState.Stored stored -> {
        display.stored(message, stored);
        texts.take(message).settled().complete(true);
      }
      case SendState.Refused(var code, var reason) -> {
        var typed = texts.take(message);
        display.failed(typed.line(), code, reason);
        typed.settled().complete(false);
      }
      case SendState.Sent _, SendState.Delivered _, SendState.Read _ -> {}
    }
  }

  /** Awaits texts of an earlier run as if they had been typed now. */
  public void resume(List<Outgoing> messages) {
    messages.forEach(message -> await(texts.add(message)));
  }

  /** The session is over: texts without an outcome are not awaited any longer. */
  public void giveUp() {
    texts.giveUp();
  }

  private synchronized void await(CompletableFuture<?> another) {
    outstanding = CompletableFuture.allOf(outstanding, another);
  }

  /** Waits for what was run; false when so long nothing has come of it. */
  public boolean awaitOutstanding(Duration patience) {
    int before = session.unsettled().size();
    while (!isOver(outstanding, patience)) {
      int waiting = session.unsettled().size();
      if (waiting >= before) {
        return false;
      }
      before = waiting;
    }
    return true;
  }

  private static boolean isOver(CompletableFuture<Void> future, Duration limit) {
    return future
        .thenApply(_ -> true)
        .completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private CompletableFuture<Boolean> ask(String line, Command command) {
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
    return session
        .request(command)
        .handle((reply, failure) -> settle(line, command, reply, failure));
  }

  private Optional<Reply> settle(
      String line, Command command, @Nullable Reply reply, @Nullable Throwable failure) {
    switch (reply) {
      case null -> display.failed(line, code(failure), reason(failure));
      case Reply.Failed refusal ->
          display.failed(line, Integer.toString(refusal.code().number()), reason(refusal));
      default -> {
        addressBook.learn(reply);
        display.answered(command, reply);
        return Optional.of(reply);
      }
    }
    return Optional.empty();
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
