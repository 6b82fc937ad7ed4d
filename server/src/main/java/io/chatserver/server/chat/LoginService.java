package io.chatserver.server.chat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.ServerInfo;
import io.chatserver.protocol.SessionToken;
import io.chatserver.protocol.UserId;
import io.chatserver.server.account.AccountChanges;
import io.chatserver.server.account.Admission;
import io.chatserver.server.account.Applicant;
import io.chatserver.server.account.Authenticated;
import io.chatserver.server.account.SeenClients;
import io.chatserver.server.account.TokenService;
import io.chatserver.server.cluster.Presence;
import io.chatserver.server.config.ServerConfig.SecondLogin;
import io.chatserver.server.delivery.Replacements;
import io.chatserver.server.delivery.Revocations;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.friend.FriendService;
import io.chatserver.server.group.GroupList;
import io.chatserver.server.group.GroupService;
import io.chatserver.server.message.MessageLog;
import io.chatserver.server.message.Standing;
import io.chatserver.server.session.FeedSource;
import io.chatserver.server.session.Grant;
import io.chatserver.server.session.Reading;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import io.chatserver.server.storage.LogEpoch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Logs users in.
 *
 * <p>First the session is registered, so that it is offered all messages from then on. Then the
 * user's cursors and heads are read, and the session is served from there. So no message is missed
 * in between.
 */
public final class LoginService {
  /** More messages than a legacy login reply can hold, and the most reads for them. */
  private static final int MAX_IN_ANSWER = 16;

  private static final List<String> FEATURES = List.of("entries", "epoch");

  private final Admission admission;
  private final TokenService tokens;
  private final AccountChanges changes;
  private final FriendService friends;
  private final GroupService groups;
  private final SessionRegistry registry;
  private final Presence presence;
  private final Replacements replacements;
  private final FeedSource source;
  private final SecondLogin policy;
  private final String version;

  public LoginService(
      Admission admission,
      TokenService tokens,
      AccountChanges changes,
      FriendService friends,
      GroupService groups,
      SessionRegistry registry,
      Presence presence,
      Replacements replacements,
      FeedSource source,
      SecondLogin policy,
      String version) {
    this.admission = admission;
    this.tokens = tokens;
    this.changes = changes;
    this.friends = friends;
    this.groups = groups;
    this.registry = registry;
    this.presence = presence;
    this.replacements = replacements;
    this.source = source;
    this.policy = policy;
    this.version = version;
  }

  /** Logs a user in on a connection without a session. */
  Outcome login(Caller caller, Frame.Request request, Command.Login command) {
    if (caller.isLoggedIn()) {
      throw new Rejected(ErrorCode.ALREADY_LOGGED_IN);
    }
    var authentication = admit(caller.applicant(), command.credentials());
    return new Outcome.Blocking(() -> {
      // Read before the check: changes made during the check are found after it.
      var seen = changes.seen();
      begin(caller, request, authentication.get(), seen);
      return null;
    });
  }

  private Supplier<Authenticated> admit(Applicant applicant, Command.Credentials credentials) {
    return switch (credentials) {
      case Command.Credentials.Password(var who, var password) ->
          admission.login(applicant, who, password);
      case Command.Credentials.Token(var token) ->
          () -> {
            var known = tokens.authenticate(token);
            admission.loggedInByToken(applicant, known.account());
            return known;
          };
    };
  }

  private void begin(
      Caller caller, Frame.Request request, Authenticated known, AccountChanges.Mark seen) {
    caller.admitLogin(known.account().id());
    var command = (Command.Login) request.command();
    var token = command.remember() ? tokens.prepare(known) : null;
    var session = session(caller, command, known, token);
    switch (registry.register(session, policy)) {
      case ACCEPTED -> {}
      case IN_USE -> throw new Rejected(ErrorCode.ACCOUNT_IN_USE);
    }
    var mine = new GroupList(List.of());
    try {
      admission.noteClient(known, caller.connection().form().isLegacy());
      checkNotRevoked(session, seen);
      checkEpoch(session);
      if (policy == SecondLogin.REJECT) {
        checkElsewhere(session.user());
      }
      mine = groups.listOf(session.user());
      mine.conversations().forEach(group -> registry.subscribe(session, group));
      // From now on, other nodes publish new messages to this one; earlier messages are found by
      // the read below.
      presence.settle();
      var issued = token == null ? null : tokens.issue(known, token);
      open(caller, session, request, known.clients(), mine, issued);
    } catch (RuntimeException e) {
      abandon(session, mine.conversations());
      throw e;
    }
  }

  private Session session(
      Caller caller,
      Command.Login command,
      Authenticated known,
      TokenService.@Nullable Prepared issued) {
    var used = known.token();
    // A token that was issued for another one belongs to its family.
    var family = issued == null ? (used == null ? null : used.family()) : issued.family();
    return new Session(
        known.account().id(),
        known.account().name(),
        caller.connection(),
        Reading.of(command),
        source,
        Grant.of(known.revision(), family));
  }

  /**
   * Refuses a login if the account has changed since: that change ended the sessions before this
   * one was registered.
   */
  private void checkNotRevoked(Session session, AccountChanges.Mark seen) {
    var since = changes.since(seen);
    if (since.isEmpty() || Revocations.isRevoked(session, since.get())) {
      throw TokenService.changedMeanwhile();
    }
  }

  /** Refuses a login while the log got a new epoch: that ended the sessions before this one. */
  private void checkEpoch(Session session) {
    if (!source.epoch().equals(session.feed().epoch())) {
      throw new Rejected(ErrorCode.BUSY, "the log has a new epoch", MessageLog.RETRY_AFTER);
    }
  }

  /** Two logins at once on two nodes see each other, and both are refused. */
  private void checkElsewhere(UserId user) {
    presence.settle();
    if (!presence.nodesOf(user).isEmpty()) {
      throw new Rejected(ErrorCode.ACCOUNT_IN_USE);
    }
  }

  /**
   * Removes a session that did not begin. Its user may be joining a group on another node at the
   * same time.
   */
  private void abandon(Session session, List<ConversationId> subscribed) {
    registry.remove(session, subscribed);
    session
        .connection()
        .loop()
        .execute(() -> {
          session.feed().close();
          registry.remove(session, session.feed().groups());
        });
  }

  private void open(
      Caller caller,
      Session session,
      Frame.Request request,
      SeenClients clients,
      GroupList mine,
      @Nullable SessionToken token) {
    var room = source.awaitRoom();
    try {
      open(caller, session, request, clients, mine, token, room::close);
    } catch (RuntimeException e) {
      room.close();
      throw e;
    }
  }

  private void open(
      Caller caller,
      Session session,
      Frame.Request request,
      SeenClients clients,
      GroupList mine,
      @Nullable SessionToken token,
      Runnable opened) {
    var command = (Command.Login) request.command();
    var epoch = session.feed().epoch();
    boolean resumed = command.resume() == null || isOf(epoch, command.resume());
    var cursors =
        command.resume() == null || !resumed
            ? Map.<ConversationId, Long>of()
            : command.resume().cursors();
    var server =
        request.rid() == null ? null : new ServerInfo(version, FEATURES, epoch.id(), resumed);
    var standings = source.standingsOf(session.user(), cursors);
    var subscribed = mine.conversations();
    boolean joinedOthers = joinOthers(session.user(), standings, subscribed);
    boolean inAnswer = request.rid() == null && command.resume() == null;
    var offline = inAnswer ? offline(session, standings) : List.<ChatMessage>of();
    var login =
        session
            .connection()
            .fit(
                new Reply.LoggedIn(
                    session.user(),
                    session.name(),
                    friends.friendsOf(session.user()),
                    groups.withMembers(joinedOthers ? groups.listOf(session.user()) : mine),
                    offline,
                    token,
                    server));
    long order = replacements.nextOrder();
    var answer = new Frame.Response(request.rid(), request.command().type(), login);
    session
        .connection()
        .loop()
        .execute(() -> {
          if (caller.beginSession(session, clients)) {
            session.feed().open(standings, cursors, answer, login.offline());
            registry.begins(session);
            replacements.begins(session, order);
          } else {
            abandon(session, subscribed);
            session.connection().drop(1);
          }
          opened.run();
        });
  }

  /** Whether cursors belong to this epoch. Clients that know none have those of the first one. */
  private static boolean isOf(LogEpoch.Epoch epoch, Command.Resume resume) {
    return resume.epoch() == null ? epoch.renewals() == 0 : resume.epoch().equals(epoch.id());
  }

  /**
   * Subscribes to groups that the user joined meanwhile on a node that did not know this session
   * yet.
   *
   * @return whether there are any
   */
  private boolean joinOthers(
      UserId user, List<Standing> standings, List<ConversationId> subscribed) {
    boolean any = false;
    for (var standing : standings) {
      var conversation = standing.conversation();
      boolean isIn = standing.range().isOpen();
      if (isIn && !conversation.isDirect() && !subscribed.contains(conversation)) {
        groups.joined(user, conversation.group(), standing.range().joined());
        any = true;
      }
    }
    return any;
  }

  /** The first unread messages from others, in order of time, for legacy clients. */
  private List<ChatMessage> offline(Session session, List<Standing> standings) {
    var pages = new ArrayList<Queue<ChatMessage>>();
    int room = MAX_IN_ANSWER;
    int reads = MAX_IN_ANSWER;
    for (var standing : standings) {
      boolean lacks = standing.lastVisible() > standing.received();
      // The texts of an earlier range are pushed after the login.
      if (room > 0 && reads > 0 && lacks && standing.ranges().size() == 1) {
        reads--;
        var page = texts(standing, room);
        room -= page.size();
        page.removeIf(message -> message.sender().equals(session.user()));
        pages.add(page);
      }
    }
    return merge(pages);
  }

  private Queue<ChatMessage> texts(Standing standing, int room) {
    var page = source.page(standing.conversation(), standing.received(), room);
    return LogEntry.texts(page).stream()
        .filter(message -> message.seq() <= standing.lastVisible())
        .collect(Collectors.toCollection(ArrayDeque::new));
  }

  /** Merges pages by time, always taking the earliest first message. Each page keeps its order. */
  private static List<ChatMessage> merge(List<Queue<ChatMessage>> pages) {
    var merged = new ArrayList<ChatMessage>();
    while (true) {
      var earliest =
          pages.stream()
              .filter(page -> !page.isEmpty())
              .min(Comparator.comparing(page -> page.element().sentAt()));
      if (earliest.isEmpty()) {
        return merged;
      }
      merged.add(earliest.get().remove());
    }
  }
}
