package io.chatserver.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Cuts the answer of a login down to what fits, the most wanted first: friends and groups in turn,
 * so that many of the one do not hide all of the other; the groups' descriptions; their members,
 * one of each group in turn; messages in their order.
 *
 * <p>A list ends at its first entry that does not fit, which bounds the work for a list of any
 * length.
 */
final class LoginFit {
  private final Reply.LoggedIn whole;
  private final Predicate<Reply.LoggedIn> fits;
  private Reply.LoggedIn fitted;

  LoginFit(Reply.LoggedIn whole, Predicate<Reply.LoggedIn> fits) {
    this.whole = whole;
    this.fits = fits;
    fitted = new Reply.LoggedIn(whole.id(), whole.name(), List.of(), List.of(), List.of());
  }

  Reply.LoggedIn cut() {
    addFriendsAndGroups();
    addDescriptions();
    addMembers();
    addOffline();
    return fitted;
  }

  private void addFriendsAndGroups() {
    boolean moreFriends = true;
    boolean moreGroups = true;
    for (int shown = 1; moreFriends || moreGroups; shown++) {
      moreFriends = moreFriends && shown <= whole.friends().size() && addFriends(shown);
      moreGroups = moreGroups && shown <= whole.groups().size() && addGroup(shown - 1);
    }
  }

  private boolean addFriends(int shown) {
    return keep(whole.friends().subList(0, shown), fitted.groups(), List.of());
  }

  private boolean addGroup(int index) {
    var groups = new ArrayList<>(fitted.groups());
    groups.add(whole.groups().get(index).withDescription("").withMembers(List.of()));
    return keep(fitted.friends(), groups, List.of());
  }

  private void addDescriptions() {
    for (int i = 0; i < fitted.groups().size(); i++) {
      var description = whole.groups().get(i).description();
      var _ = replaceGroup(i, fitted.groups().get(i).withDescription(description));
    }
  }

  private void addMembers() {
    var growing = new ArrayList<Integer>();
    for (int i = 0; i < fitted.groups().size(); i++) {
      growing.add(i);
    }
    for (int shown = 1; !growing.isEmpty(); shown++) {
      int members = shown;
      growing.removeIf(index -> !showMembers(index, members));
    }
  }

  private boolean showMembers(int index, int shown) {
    var members = whole.groups().get(index).members();
    return shown <= members.size()
        && replaceGroup(index, fitted.groups().get(index).withMembers(members.subList(0, shown)));
  }

  private boolean replaceGroup(int index, Group group) {
    var groups = new ArrayList<>(fitted.groups());
    groups.set(index, group);
    return keep(fitted.friends(), groups, List.of());
  }

  private void addOffline() {
    int shown = 1;
    while (shown <= whole.offline().size()
        && keep(fitted.friends(), fitted.groups(), whole.offline().subList(0, shown))) {
      shown++;
    }
  }

  private boolean keep(List<Friend> friends, List<Group> groups, List<ChatMessage> offline) {
    var candidate = new Reply.LoggedIn(whole.id(), whole.name(), friends, groups, offline);
    if (!fits.test(candidate)) {
      return false;
    }
    fitted = candidate;
    return true;
  }
}
