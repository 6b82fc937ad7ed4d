package io.chatserver.bench.siege;

import io.chatserver.bench.BenchFailed;
import io.chatserver.bench.Throttling;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of a siege. They are registered before it, because the server does not allow so many
 * registrations at once.
 *
 * @param guests the well-behaved accounts
 * @param members the accounts of the hostile side
 * @param group a group of the members, with a history of long texts
 */
record Population(List<Guest> guests, List<Guest> members, GroupId group) {
  /** The users of the two pairs that chat. */
  static final int TALKERS = 4;

  /** The users that log in during the attack. */
  static final int PROBES = 2;

  private static final int GUESTS = 12;
  private static final int MEMBERS = 16;
  private static final int HISTORY = 20;
  private static final int AT_ONCE = 8;
  private static final String LONG_TEXT = "h".repeat(16_000);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  Population {
    guests = List.copyOf(guests);
    members = List.copyOf(members);
  }

  /** Registers the accounts at a server without limits for this machine. */
  static Population open(Door door) throws InterruptedException {
    try (var executor = Executors.newFixedThreadPool(AT_ONCE)) {
      var guests = openAll(executor::submit, door, "guest", GUESTS);
      var members = openAll(executor::submit, door, "member", MEMBERS);
      var group = openGroup(door, members);
      return new Population(guests, members, group);
    } catch (IOException e) {
      throw new BenchFailed("the accounts of the siege: " + e.getMessage(), e);
    }
  }

  private interface Submit {
    Future<Guest> submit(Callable<Guest> task);
  }

  private static List<Guest> openAll(Submit executor, Door door, String name, int count)
      throws InterruptedException, IOException {
    var tasks =
        IntStream.rangeClosed(1, count)
            .mapToObj(i -> executor.submit(() -> open(door, name + "-" + i)))
            .toList();
    var all = new ArrayList<Guest>();
    for (var task : tasks) {
      try {
        all.add(task.get());
      } catch (ExecutionException e) {
        throw new IOException(String.valueOf(e.getCause()), e);
      }
    }
    return all;
  }

  private static Guest open(Door door, String name) throws IOException, InterruptedException {
    var password = "secret of " + name;
    try (var connection = new GuestConnection(door, SiegePlan.OWN_SOURCE, _ -> {})) {
      var registered = connection.answer(new Command.Register(name, password), PATIENCE);
      var credentials =
          new Command.Credentials.Password(new Command.Identity.ByName(name), password);
      var reply = connection.answer(new Command.Login(credentials, true, null), PATIENCE);
      if (reply instanceof Reply.LoggedIn login && login.token() != null) {
        return new Guest(login.id(), name, password, login.token().text());
      }
      throw new IOException(
          name + ": " + Throttling.explain(registered) + ", " + Throttling.explain(reply));
    }
  }

  private static GroupId openGroup(Door door, List<Guest> members)
      throws IOException, InterruptedException {
    @Nullable GroupId group = null;
    for (var member : members) {
      try (var connection = new GuestConnection(door, SiegePlan.OWN_SOURCE, _ -> {})) {
        var token = new Command.Credentials.Token(member.token());
        var _ = connection.answer(new Command.Login(token, false, null), PATIENCE);
        if (group != null) {
          var _ = connection.answer(new Command.JoinGroup(group), PATIENCE);
        } else if (connection.answer(new Command.CreateGroup("siege", ""), PATIENCE)
            instanceof Reply.InGroup(var created)) {
          group = created.id();
          for (int i = 0; i < HISTORY; i++) {
            var _ = connection.answer(new Command.SendGroup(group, LONG_TEXT), PATIENCE);
          }
        } else {
          throw new IOException("no group");
        }
      }
    }
    if (group == null) {
      throw new IOException("no members");
    }
    return group;
  }

  Guest talker(int number) {
    return guests.get(number);
  }

  Guest probe(int number) {
    return guests.get(TALKERS + number);
  }

  List<String> guestNames() {
    return guests.stream().map(Guest::name).toList();
  }

  List<AttackPlan.Member> hostile() {
    return members.stream()
        .map(member -> new AttackPlan.Member(member.id().value(), member.token()))
        .toList();
  }
}
