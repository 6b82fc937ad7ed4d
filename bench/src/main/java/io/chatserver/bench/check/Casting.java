package io.chatserver.bench.check;

import io.chatserver.bench.BenchFailed;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Opens the accounts of a check, and the groups.
 *
 * <p>Every eighth user has a client that does not acknowledge, some of the others have two devices,
 * and the last one belongs to no conversation at all.
 */
final class Casting implements AutoCloseable {
  private static final int PEERS = 3;
  private static final int SMALL_GROUP = 8;

  private final Door door;
  private final Settings settings;
  private final String tag;
  private final Random random;
  private final List<Account> accounts = new ArrayList<>();
  private final Map<UserId, Line> lines = new HashMap<>();
  private final Map<ConversationId, Cast.Members> members = new HashMap<>();

  private Casting(Door door, Settings settings, String tag) {
    this.door = door;
    this.settings = settings;
    this.tag = tag;
    this.random = new Random(settings.seed());
  }

  /**
   * Does it.
   *
   * @param tag makes the names new
   * @throws BenchFailed if the server does not let us
   */
  static Cast cast(Door door, Settings settings, String tag) {
    try (var casting = new Casting(door, settings, tag)) {
      return casting.cast();
    } catch (IOException e) {
      throw new BenchFailed("the users of the check cannot be set up: " + e.getMessage(), e);
    }
  }

  private Cast cast() throws IOException {
    for (int i = 0; i < settings.users(); i++) {
      openAccount(i);
    }
    var insiders = accounts.subList(0, accounts.size() - 1);
    insiders.forEach(account -> choosePeers(account, insiders));
    for (int i = 0; i < settings.groups(); i++) {
      openGroup(i, insiders);
    }
    return new Cast(devices(), members);
  }

  private void openAccount(int number) throws IOException {
    var name = "check-" + tag + "-" + number;
    var password = "secret of " + name;
    var line = new Line(door, 0);
    var register = new Command.Register(name, password);
    try {
      var id = line.ask(register, Reply.Registered.class).id();
      var account = new Account(id, name, password, number % 8 != 3);
      accounts.add(account);
      lines.put(id, line);
      var _ = line.ask(account.loginWithoutTrace(), Reply.LoggedIn.class);
    } catch (IOException | RuntimeException e) {
      line.close();
      throw e;
    }
  }

  private List<Account> devices() {
    var devices = new ArrayList<>(accounts);
    for (int i = 0; i < accounts.size(); i += 4) {
      devices.add(accounts.get(i));
    }
    return devices;
  }

  private void choosePeers(Account account, List<Account> insiders) {
    for (int i = 0; i < PEERS; i++) {
      // Himself, too, now and then.
      var peer = insiders.get(random.nextInt(insiders.size()));
      var both = account.equals(peer) ? List.of(peer.id()) : List.of(account.id(), peer.id());
      var conversation = ConversationId.direct(account.id(), peer.id());
      members.putIfAbsent(conversation, new Cast.Members(both, Set.of()));
    }
  }

  /** The first group is everybody's; the others are small, and half of each joins it later. */
  private void openGroup(int number, List<Account> insiders) throws IOException {
    var all = new ArrayList<UserId>();
    insiders.forEach(account -> all.add(account.id()));
    Collections.shuffle(all, random);
    int size = number == 0 ? all.size() : Math.min(all.size(), 2 + random.nextInt(SMALL_GROUP));
    int early = number == 0 ? size : (size + 1) / 2;
    var first = all.subList(0, early);
    var create = new Command.CreateGroup("check-" + tag + "-" + number, "");
    var group = ask(first.getFirst(), create).group().id();
    for (var user : first.subList(1, early)) {
      var _ = ask(user, new Command.JoinGroup(group));
    }
    var late = Set.copyOf(all.subList(early, size));
    members.put(ConversationId.group(group), new Cast.Members(first, late));
  }

  private Reply.InGroup ask(UserId user, Command command) throws IOException {
    var line = lines.get(user);
    if (line == null) {
      throw new IllegalStateException("no line of " + user);
    }
    return line.ask(command, Reply.InGroup.class);
  }

  @Override
  public void close() throws IOException {
    for (var line : lines.values()) {
      line.close();
    }
  }
}
