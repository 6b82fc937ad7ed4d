package io.chatserver.server.group;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Group;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Member;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import io.chatserver.server.cluster.NodeEvent;
import io.chatserver.server.cluster.Presence;
import io.chatserver.server.cluster.Relay;
import io.chatserver.server.cluster.Route;
import io.chatserver.server.fault.Names;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.group.GroupStore.StoredGroup;
import io.chatserver.server.group.GroupStore.StoredMember;
import io.chatserver.server.message.MessageLog;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.StoredTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Creates groups and lets users join them.
 *
 * <p>Threads: any; every call blocks.
 */
public final class GroupService {
  private static final int MAX_DESCRIPTION_LENGTH = 200;
  private static final int MEMBERS_PAGE = 100;

  /** How many members a list of groups shows of each group, and of all together. */
  private static final int MEMBERS_SHOWN = 50;

  private static final int ALL_MEMBERS_SHOWN = 500;

  private final GroupStore store;
  private final SessionRegistry registry;
  private final Presence presence;
  private final Relay relay;
  private final MessageLog<?> log;
  private final Clock clock;
  private final int maxGroups;

  public GroupService(
      GroupStore store,
      SessionRegistry registry,
      Presence presence,
      Relay relay,
      MessageLog<?> log,
      Clock clock,
      int maxGroups) {
    this.store = store;
    this.registry = registry;
    this.presence = presence;
    this.relay = relay;
    this.log = log;
    this.clock = clock;
    this.maxGroups = maxGroups;
  }

  /**
   * Creates a group.
   *
   * @throws Rejected if its name is taken or not usable, its description too long, or the user in
   *     too many groups
   */
  public Group create(UserId creator, String name, String description) {
    Names.checked(name);
    if (description.codePointCount(0, description.length()) > MAX_DESCRIPTION_LENGTH) {
      throw new Rejected(
          ErrorCode.DESCRIPTION_TOO_LONG, "at most " + MAX_DESCRIPTION_LENGTH + " characters");
    }
    var group =
        store.find(name).isPresent()
            ? own(creator, name, description)
            : createOrFind(creator, name, description);
    subscribe(creator, group.id(), 0);
    return shown(group);
  }

  /** The group of that name. */
  public Optional<GroupId> find(String name) {
    return store.find(name);
  }

  private StoredGroup createOrFind(UserId creator, String name, String description) {
    checkLimit(creator);
    try {
      return store.create(name, description, creator, StoredTime.of(clock.instant()));
    } catch (StorageException e) {
      if (!e.isDuplicateKey()) {
        throw e;
      }
      return own(creator, name, description);
    }
  }

  /**
   * A group that was stored although its creator got no reply is returned when the creator repeats
   * the request.
   */
  private StoredGroup own(UserId creator, String name, String description) {
    return store
        .findCreatedBy(creator, name)
        .filter(group -> group.description().equals(description))
        .orElseThrow(() -> new Rejected(ErrorCode.NAME_TAKEN));
  }

  /**
   * Makes a user a member; one who is stays one.
   *
   * @throws Rejected if there is no such group, or the user is in too many
   */
  public Group join(UserId user, GroupId id) {
    find(id);
    var place = store.placeOf(user, id);
    if (place.isPresent()) {
      subscribe(user, id, place.getAsLong());
    } else {
      joinNow(user, id);
    }
    return shown(find(id));
  }

  private void joinNow(UserId user, GroupId id) {
    checkLimit(user);
    var conversation = ConversationId.group(id);
    long place = log.change(conversation, () -> store.join(id, user, clock.instant()));
    subscribe(user, id, place);
  }

  /**
   * Removes a member.
   *
   * @param by who removes the member; the caller has checked the right to
   * @return false if the user was no member
   */
  public boolean remove(UserId by, UserId user, GroupId id) {
    var conversation = ConversationId.group(id);
    return log.change(conversation, () -> store.remove(id, user, by, clock.instant()));
  }

  private void checkLimit(UserId user) {
    if (store.countGroupsOf(user) >= maxGroups) {
      throw new Rejected(ErrorCode.LIMIT_REACHED, maxGroups + " groups");
    }
  }

  /** Lets the user's sessions, wherever they are, have what is said behind a place. */
  private void subscribe(UserId user, GroupId id, long place) {
    joined(user, id, place);
    relay.tell(Route.of(user), new NodeEvent.Joined(user, id, place));
  }

  /** Lets the user's sessions on this node have what is said behind a place. */
  public void joined(UserId user, GroupId id, long place) {
    var conversation = ConversationId.group(id);
    for (var session : registry.sessionsOf(user)) {
      session
          .connection()
          .loop()
          .execute(() -> {
            if (session.feed().join(conversation, place)) {
              registry.subscribe(session, conversation);
              presence.whenSettled(() -> joinAgain(session, conversation, place));
            }
          });
    }
  }

  /** What other nodes stored before they knew of a session in the group, they told nobody here. */
  private static void joinAgain(Session session, ConversationId conversation, long place) {
    session.connection().loop().execute(() -> session.feed().join(conversation, place));
  }

  /**
   * Looks whether a user is in a group, and makes sure that his sessions are served from it: they
   * do not know it where he joined it elsewhere, or was not told that he has.
   *
   * @return the last entry that the user does not see; empty for one who is not in it
   * @throws Rejected if there is no such group
   */
  public OptionalLong enter(UserId user, GroupId id) {
    var place = store.placeOf(user, id);
    if (place.isPresent()) {
      subscribe(user, id, place.getAsLong());
    } else {
      find(id);
    }
    return place;
  }

  private long placeOfMember(UserId user, GroupId id) {
    var place = store.placeOf(user, id);
    if (place.isEmpty()) {
      find(id);
      throw new Rejected(ErrorCode.NOT_A_MEMBER);
    }
    return place.getAsLong();
  }

  /** A user's groups with some of their members, in order of their ids. */
  public List<Group> groupsOf(UserId user) {
    return withMembers(listOf(user));
  }

  /** A user's groups without members. */
  public GroupList listOf(UserId user) {
    return new GroupList(store.groupsOf(user));
  }

  /** Adds some of the members, in order of their ids. */
  public List<Group> withMembers(GroupList list) {
    var groups = list.groups();
    var members = membersShown(groups);
    var online = online(members.values().stream().flatMap(List::stream));
    return groups.stream()
        .map(group -> shown(group, members.getOrDefault(group.id(), List.of()), online))
        .toList();
  }

  /** The first members of the first groups. */
  private Map<GroupId, List<StoredMember>> membersShown(List<StoredGroup> groups) {
    var small = new ArrayList<GroupId>();
    var members = new HashMap<GroupId, List<StoredMember>>();
    int left = ALL_MEMBERS_SHOWN;
    for (var group : groups) {
      int most = Math.min(left, MEMBERS_SHOWN);
      if (group.memberCount() <= most) {
        small.add(group.id());
      } else if (most > 0) {
        members.put(group.id(), store.members(group.id(), 0, most));
      }
      left -= Math.min(most, group.memberCount());
    }
    members.putAll(store.members(small));
    return members;
  }

  /**
   * A page of a group's members, for a member.
   *
   * @throws Rejected if there is no such group or he is not in it
   */
  public Reply.Members members(UserId user, GroupId id, @Nullable UserId after) {
    var _ = placeOfMember(user, id);
    var found = store.members(id, after == null ? 0 : after.value(), MEMBERS_PAGE + 1);
    var page = found.stream().limit(MEMBERS_PAGE).toList();
    var shown = shown(page, online(page.stream()));
    return new Reply.Members(id, shown, found.size() > MEMBERS_PAGE);
  }

  private StoredGroup find(GroupId id) {
    return store.find(id).orElseThrow(() -> new Rejected(ErrorCode.NO_SUCH_GROUP, "" + id));
  }

  private Group shown(StoredGroup group) {
    var members = store.members(group.id(), 0, MEMBERS_SHOWN);
    return shown(group, members, online(members.stream()));
  }

  private static Group shown(StoredGroup group, List<StoredMember> members, Set<UserId> online) {
    return new Group(
        group.id(), group.name(), group.description(), group.memberCount(), shown(members, online));
  }

  private static List<Member> shown(List<StoredMember> members, Set<UserId> online) {
    return members.stream()
        .map(member ->
            new Member(member.id(), member.name(), member.role(), online.contains(member.id())))
        .toList();
  }

  private Set<UserId> online(Stream<StoredMember> members) {
    return presence.online(members.map(StoredMember::id).collect(Collectors.toSet()));
  }
}
