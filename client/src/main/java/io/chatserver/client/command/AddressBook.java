package io.chatserver.client.command;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Friend;
import io.chatserver.protocol.Group;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.util.Collection;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The names of users and groups, as far as the server has told them; of very many, the last ones.
 *
 * <p>Threads: any.
 */
public final class AddressBook {
  private final NameTable<UserId> userNames = new NameTable<>();
  private final NameTable<GroupId> groupNames = new NameTable<>();
  private volatile @Nullable UserId self;

  /** Records the names in a reply. */
  public void learn(Reply reply) {
    switch (reply) {
      case Reply.LoggedIn login -> learnLogin(login);
      case Reply.FriendAdded(var friend) -> learn(friend);
      case Reply.InGroup(var group) -> learn(group);
      case Reply.Friends(var friends) -> friends.forEach(this::learn);
      case Reply.Groups(var groups) -> groups.forEach(this::learn);
      case Reply.Members page ->
          page.members().forEach(member -> userNames.put(member.id(), member.name()));
      case Reply.History history -> history.messages().forEach(this::learn);
      case Reply.Done _,
          Reply.Registered _,
          Reply.Sent _,
          Reply.Conversations _,
          Reply.Found _,
          Reply.Pong _,
          Reply.Failed _ -> {}
    }
  }

  /** Records the result of a name lookup. */
  public void learn(String name, Reply.Found found) {
    if (found.user() != null) {
      userNames.put(found.user(), name);
    }
    if (found.group() != null) {
      groupNames.put(found.group(), name);
    }
  }

  /** Records the sender of a message. */
  public void learn(ChatMessage message) {
    userNames.put(message.sender(), message.senderName());
  }

  /** Learns the names in a change of members. */
  public void learn(MemberEntry change) {
    userNames.put(change.sender(), change.senderName());
    userNames.put(change.user(), change.userName());
  }

  private void learnLogin(Reply.LoggedIn login) {
    if (!login.id().equals(self)) {
      userNames.clear();
      groupNames.clear();
    }
    self = login.id();
    userNames.put(login.id(), login.name());
    login.friends().forEach(this::learn);
    login.groups().forEach(this::learn);
  }

  private void learn(Friend friend) {
    userNames.put(friend.id(), friend.name());
  }

  private void learn(Group group) {
    groupNames.put(group.id(), group.name());
    group.members().forEach(member -> userNames.put(member.id(), member.name()));
  }

  /** The user who is logged in here, or was last. */
  public Optional<UserId> self() {
    return Optional.ofNullable(self);
  }

  /** Whether this user is the one who is logged in here. */
  public boolean isSelf(UserId user) {
    return user.equals(self);
  }

  /** The name of a user; empty where it is not known. */
  public String nameOf(UserId user) {
    return userNames.of(user);
  }

  /** The name of a group; empty where it is not known. */
  public String nameOf(GroupId group) {
    return groupNames.of(group);
  }

  /** The names of all known users. */
  public Collection<String> users() {
    return userNames.all();
  }

  /** The names of all known groups. */
  public Collection<String> groups() {
    return groupNames.all();
  }

  /**
   * The user that is meant, by id or name.
   *
   * @throws UnknownNameException if none is, or several are
   */
  public UserId user(String text) {
    return find("user", text, userNames, UserId::new)
        .orElseThrow(() -> new UnknownNameException("no user is named " + text));
  }

  /**
   * The group that is meant, by id or name, perhaps after a {@code #}.
   *
   * @throws UnknownNameException if none is, or several are
   */
  public GroupId group(String text) {
    var name = nameOfGroup(text);
    return find("group", name, groupNames, GroupId::new)
        .orElseThrow(() -> new UnknownNameException("no group is named " + name));
  }

  /**
   * The user or group that is meant: a group after a {@code #} or where only a group has the name.
   *
   * @throws UnknownNameException if none is, or several are
   */
  public Target target(String text) {
    boolean group =
        text.startsWith("#")
            || (userNames.named(text).isEmpty() && !groupNames.named(text).isEmpty());
    return group ? new Target.Group(group(text)) : new Target.User(user(text));
  }

  /** The name of a group, without the {@code #} that may precede it. */
  static String nameOfGroup(String text) {
    return text.startsWith("#") ? text.substring(1) : text;
  }

  private static <I> Optional<I> find(
      String kind, String text, NameTable<I> names, IntFunction<I> id) {
    var written = WrittenId.parse(text);
    if (written.isPresent()) {
      return Optional.of(id.apply(written.getAsInt()));
    }
    var ids = names.named(text);
    if (ids.size() > 1) {
      throw new UnknownNameException("more than one " + kind + " is " + text + ": use the id");
    }
    return ids.stream().findFirst();
  }
}
