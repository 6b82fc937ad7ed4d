package io.chatserver.server.chat;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.ShownNumbers;
import io.chatserver.protocol.UserId;
import io.chatserver.server.account.Account;
import io.chatserver.server.account.AccountService;
import io.chatserver.server.account.Admission;
import io.chatserver.server.delivery.HistoryService;
import io.chatserver.server.delivery.MessageService;
import io.chatserver.server.delivery.StorageReply;
import io.chatserver.server.fault.CountedLog;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.friend.FriendService;
import io.chatserver.server.group.GroupService;
import io.chatserver.server.session.Session;
import io.chatserver.server.storage.StorageException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dispatches every command to its feature, and turns failures into replies.
 *
 * <p>Threads: {@link #handle} in the caller's event loop, {@link #run} on virtual threads.
 */
public final class ChatService {
  private static final Logger log = LoggerFactory.getLogger(ChatService.class);

  private final CountedLog failures = new CountedLog(log::warn);
  private final Admission admission;
  private final AccountService accounts;
  private final AccountCommands accountCommands;
  private final LoginService logins;
  private final FriendService friends;
  private final GroupService groups;
  private final MessageService messages;
  private final HistoryService history;
  private final Clock clock;

  public ChatService(
      Admission admission,
      AccountService accounts,
      AccountCommands accountCommands,
      LoginService logins,
      FriendService friends,
      GroupService groups,
      MessageService messages,
      HistoryService history,
      Clock clock) {
    this.admission = admission;
    this.accounts = accounts;
    this.accountCommands = accountCommands;
    this.logins = logins;
    this.friends = friends;
    this.groups = groups;
    this.messages = messages;
    this.history = history;
    this.clock = clock;
  }

  /** Handles a command without blocking; the outcome has the blocking rest. */
  Outcome handle(Caller caller, Frame.Request request) {
    try {
      caller.admit(request);
      return dispatch(caller, request);
    } catch (RuntimeException e) {
      return new Outcome.Now(failure(caller, request, e));
    }
  }

  /** Runs the blocking rest of a command. */
  @Nullable Reply run(Caller caller, Frame.Request request, Outcome.Work work) {
    try {
      return work.run();
    } catch (RuntimeException e) {
      return failure(caller, request, e);
    }
  }

  private Outcome dispatch(Caller caller, Frame.Request request) {
    return switch (request.command()) {
      case Command.SendDirect command -> sendDirect(caller.loggedIn(), request, command);
      case Command.SendGroup command -> sendGroup(caller.loggedIn(), request, command);
      case Command.Ping _ -> {
        var epoch = request.rid() == null ? null : caller.epoch();
        yield new Outcome.Now(new Reply.Pong(clock.instant(), caller.digest(), epoch));
      }
      case Command.Register(var name, var password) -> {
        boolean legacy = request.rid() == null;
        var registration = admission.register(caller.applicant(), name, password, legacy);
        var shown = caller.connection().shown();
        yield new Outcome.Blocking(() -> {
          var id = registration.get();
          if (legacy && !shown.isEmpty()) {
            accounts.saw(id, shown);
          }
          return new Reply.Registered(id);
        });
      }
      case Command.Login command -> logins.login(caller, request, command);
      case Command.Logout _ -> accountCommands.logout(caller);
      case Command.AddFriend(var friend) -> {
        var user = caller.loggedIn().user();
        yield new Outcome.Blocking(() -> new Reply.FriendAdded(friends.add(user, friend)));
      }
      case Command.CreateGroup(var name, var description) -> {
        var user = caller.loggedIn().user();
        yield new Outcome.Blocking(() -> new Reply.InGroup(groups.create(user, name, description)));
      }
      case Command.JoinGroup(var group) -> {
        var user = caller.loggedIn().user();
        yield new Outcome.Blocking(() -> new Reply.InGroup(groups.join(user, group)));
      }
      case Command.ListFriends _ -> {
        var user = caller.loggedIn().user();
        yield new Outcome.Page(null, () -> new Reply.Friends(friends.friendsOf(user)));
      }
      case Command.ListGroups _ -> {
        var user = caller.loggedIn().user();
        yield new Outcome.Page(null, () -> new Reply.Groups(groups.groupsOf(user)));
      }
      case Command.ListMembers(var group, var after) -> {
        var user = caller.loggedIn().user();
        yield new Outcome.Blocking(() -> groups.members(user, group, after));
      }
      case Command.Acknowledge(var received, var read) -> {
        caller.loggedIn().feed().moved(received, read);
        yield new Outcome.Now(new Reply.Done());
      }
      case Command.History command -> {
        var user = caller.loggedIn().user();
        boolean entries = caller.loggedIn().reading().entries();
        yield new Outcome.Page(user, () -> history.history(user, entries, command));
      }
      case Command.ListConversations(var after) -> {
        var user = caller.loggedIn().user();
        boolean entries = caller.loggedIn().reading().entries();
        yield new Outcome.Blocking(() -> history.conversations(user, entries, after));
      }
      case Command.Find(var name) -> new Outcome.Blocking(() -> find(name));
      case Command.RevokeTokens command -> accountCommands.revokeTokens(caller, command);
      case Command.ChangePassword command -> accountCommands.changePassword(caller, command);
    };
  }

  /** Looks up both in any case, so that the time reveals nothing. */
  private Reply.Found find(String name) {
    var user = accounts.find(name);
    var group = groups.find(name);
    return new Reply.Found(user.map(Account::id).orElse(null), group.orElse(null));
  }

  private Outcome sendDirect(Session session, Frame.Request request, Command.SendDirect command) {
    var conversation = ConversationId.direct(session.user(), command.to());
    if (messages.sendAtOnce(session, request, conversation, command.clientId(), command.text())) {
      return new Outcome.Pending();
    }
    return new Outcome.Blocking(() -> {
      messages.sendDirect(session, request, command);
      return null;
    });
  }

  private Outcome sendGroup(Session session, Frame.Request request, Command.SendGroup command) {
    var conversation = ConversationId.group(command.group());
    if (messages.sendAtOnce(session, request, conversation, command.clientId(), command.text())) {
      return new Outcome.Pending();
    }
    return new Outcome.Blocking(() -> {
      messages.sendGroup(session, request, command);
      return null;
    });
  }

  /** Notes what numbers a C++ client has shown; blocks. */
  void sawNumbers(UserId user, ShownNumbers shown) {
    accounts.saw(user, shown);
  }

  /** The throttle of logins and registrations. */
  Admission admission() {
    return admission;
  }

  private Reply.Failed failure(Caller caller, Frame.Request request, RuntimeException e) {
    return switch (e) {
      case Rejected rejected -> {
        log.debug("{} refused: {} {}", caller, request.command().type(), rejected.getMessage());
        yield rejected.reply();
      }
      case StorageException storage -> {
        failures.add(
            () -> caller + " failed: " + request.command().type() + " " + storage.getMessage());
        yield StorageReply.of(storage);
      }
      default -> {
        log.error("{} failed unexpectedly, rid {}", caller, request.rid(), e);
        yield new Reply.Failed(ErrorCode.INTERNAL, "");
      }
    };
  }
}
