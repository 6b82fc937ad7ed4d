package io.chatserver.server.group;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Group;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Member;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import io.chatserver.server.fault.Names;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.group.GroupStore.StoredGroup;
import io.chatserver.server.group.GroupStore.StoredMember;
import io.chatserver.server.session.SessionRegistry;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.StoredTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
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
  private final Clock clock;
  private final int maxGroups;

  public GroupService(GroupStore store, SessionRegistry registry, Clock clock, int maxGroups) {
    this.store = store;
    this.registry = registry;
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
    checkLimit(creator);
    try {
      long now = StoredTime.of(clock.instant());
      var group = store.create(name, description, creator, now);
      subscribe(creator, group.id(), 0);
      return shown(group, MEMBERS_SHOWN);
    } catch (StorageException e) {
      throw e.isDuplicateKey() ? new Rejected(ErrorCode.NAME_TAKEN) : e;
    }
  }

  /**
   * Makes a user a member; one who is stays one.
   *
   * @throws Rejected if there is no such group, or the user is in too many
   */
  public Group join(UserId user, GroupId id) {
    find(id);
    if (!store.isMember(id, user)) {
      checkLimit(user);
      joinOnce(user, id);
    }
    return shown(find(id), MEMBERS_SHOWN);
  }

  private void joinOnce(UserId user, GroupId id) {
    try {
      subscribe(user, id, store.join(id, user));
    } catch (StorageException e) {
      if (!e.isDuplicateKey()) {
        throw e;
      }
    }
  }

  private void checkLimit(UserId user) {
    if (store.groupsOf(user).size() >= maxGroups) {
      throw new Rejected(ErrorCode.LIMIT_REACHED, maxGroups + " groups");
    }
  }

  /** Lets the user's sessions have what is said from now on. */
  private void subscribe(UserId user, GroupId id, long joinedSeq) {
    var conversation = ConversationId.group(id);
    for (var session : registry.sessionsOf(user)) {
      session
          .connection()
          .loop()
          .execute(() -> {
            if (session.feed().join(conversation, joinedSeq)) {
              registry.subscribe(session, conversation);
            }
          });
    }
  }

  /**
   * Makes sure that a user may speak in a group.
   *
   * @throws Rejected if there is no such group or he is not in it
   */
  public void checkMember(UserId user, GroupId id) {
    if (!store.isMember(id, user)) {
      find(id);
      throw new Rejected(ErrorCode.NOT_A_MEMBER);
    }
  }

  /** A user's groups with some of their members, in order of their ids. */
  public List<Group> groupsOf(UserId user) {
    var groups = new ArrayList<Group>();
    int left = ALL_MEMBERS_SHOWN;
    for (var stored : store.groupsOf(user)) {
      var group = shown(stored, Math.min(left, MEMBERS_SHOWN));
      left -= group.members().size();
      groups.add(group);
    }
    return groups;
  }

  /**
   * A page of a group's members, for a member.
   *
   * @throws Rejected if there is no such group or he is not in it
   */
  public Reply.Members members(UserId user, GroupId id, @Nullable UserId after) {
    checkMember(user, id);
    var found = store.members(id, after == null ? 0 : after.value(), MEMBERS_PAGE + 1);
    var page = found.stream().limit(MEMBERS_PAGE).map(this::member).toList();
    return new Reply.Members(id, page, found.size() > MEMBERS_PAGE);
  }

  private StoredGroup find(GroupId id) {
    return store.find(id).orElseThrow(() -> new Rejected(ErrorCode.NO_SUCH_GROUP, "" + id));
  }

  private Group shown(StoredGroup group, int members) {
    var shown =
        members == 0
            ? List.<Member>of()
            : store.members(group.id(), 0, members).stream().map(this::member).toList();
    return new Group(group.id(), group.name(), group.description(), group.memberCount(), shown);
  }

  private Member member(StoredMember member) {
    return new Member(member.id(), member.name(), member.role(), registry.isOnline(member.id()));
  }
}
