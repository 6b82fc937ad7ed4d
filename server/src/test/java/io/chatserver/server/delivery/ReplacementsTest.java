package io.chatserver.server.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.UserId;
import io.chatserver.server.cluster.FakeRoutes;
import io.chatserver.server.cluster.NodeEvent;
import io.chatserver.server.cluster.RecordingBus;
import io.chatserver.server.cluster.Relay;
import io.chatserver.server.config.ServerConfig.SecondLogin;
import io.chatserver.server.session.FakeLog;
import io.chatserver.server.session.Reading;
import io.chatserver.server.session.RecordingConnection;
import io.chatserver.server.session.RecordingPresence;
import io.chatserver.server.session.Session;
import io.chatserver.server.session.SessionRegistry;
import io.chatserver.server.storage.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReplacementsTest {
  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  private static final UserId ANN = new UserId(1);

  /** A node, as far as this goes. */
  private static final class OneNode {
    private final SessionRegistry registry = new SessionRegistry(10, new RecordingPresence());
    private final RecordingBus bus = new RecordingBus();
    private final Replacements replacements =
        new Replacements(
            registry,
            new Relay(FakeRoutes.toOneNode(), bus),
            DATABASE.database(),
            SecondLogin.REPLACE);

    Device logsIn() {
      var connection = new RecordingConnection();
      var session = new Session(ANN, "ann", connection, Reading.PLAIN, new FakeLog());
      registry.register(session, SecondLogin.REPLACE);
      return new Device(this, session, connection);
    }

    void hears(NodeEvent event) {
      var began = (NodeEvent.Began) event;
      replacements.heard(began.user(), began.order());
    }

    void hearsFrom(OneNode other) {
      if (!other.bus.told().isEmpty()) {
        hears(other.bus.told().remove());
      }
    }
  }

  private record Device(OneNode node, Session session, RecordingConnection connection) {
    void begins(long order) {
      node.replacements.begins(session, order);
    }

    boolean isClosed() {
      return !connection.closings().isEmpty();
    }

    /** The end of its connection takes it out of the registry. */
    void goesIfClosed() {
      if (isClosed()) {
        node.registry.remove(session, List.of());
      }
    }
  }

  private final OneNode here = new OneNode();

  @Test
  void aSessionThatBeginsEndsTheOlderOneAndIsTold() {
    var desk = here.logsIn();
    desk.begins(100);
    var phone = here.logsIn();
    assertThat(desk.isClosed()).isFalse();
    phone.begins(200);

    assertThat(desk.isClosed()).isTrue();
    assertThat(phone.isClosed()).isFalse();
    assertThat(here.bus.told())
        .containsExactly(new NodeEvent.Began(ANN, 100), new NodeEvent.Began(ANN, 200));
  }

  @Test
  void aNewerSessionElsewhereEndsTheOneHere() {
    var desk = here.logsIn();
    desk.begins(100);
    here.bus.told().clear();
    here.hears(new NodeEvent.Began(ANN, 200));

    assertThat(desk.isClosed()).isTrue();
    assertThat(here.bus.told()).isEmpty();
  }

  @Test
  void whoTellsOfAnOlderSessionIsToldOfTheNewer() {
    var desk = here.logsIn();
    desk.begins(100);
    here.bus.told().clear();
    here.hears(new NodeEvent.Began(ANN, 50));
    assertThat(here.bus.told()).containsExactly(new NodeEvent.Began(ANN, 100));

    here.bus.told().clear();
    here.hears(new NodeEvent.Began(ANN, 100));
    assertThat(here.bus.told()).isEmpty();
    assertThat(desk.isClosed()).isFalse();
  }

  /** It may come to nothing yet. */
  @Test
  void aSessionThatHasNotBegunEndsNoOtherAndIsNotEnded() {
    var desk = here.logsIn();
    here.hears(new NodeEvent.Began(ANN, 100));
    here.replacements.tell(List.of(ANN));

    assertThat(desk.isClosed()).isFalse();
    assertThat(here.bus.told()).isEmpty();
  }

  @Test
  void whatWasToldIsToldAgain() {
    here.logsIn().begins(100);
    here.bus.told().clear();
    here.replacements.tell(List.of(ANN, new UserId(2)));

    assertThat(here.bus.told()).containsExactly(new NodeEvent.Began(ANN, 100));
  }

  @Test
  void whereManyAreAllowedNoneIsOrdered() {
    var allowing =
        new Replacements(
            here.registry,
            new Relay(FakeRoutes.toOneNode(), here.bus),
            DATABASE.database(),
            SecondLogin.ALLOW);
    assertThat(allowing.nextOrder()).isZero();
    var desk = here.logsIn();
    allowing.begins(desk.session(), 0);
    here.hears(new NodeEvent.Began(ANN, 100));

    assertThat(desk.isClosed()).isFalse();
    assertThat(here.bus.told()).isEmpty();
    assertThat(here.replacements.nextOrder()).isPositive();
  }

  /** Some begin on two nodes, in any order, and what the nodes tell each other comes later. */
  @Test
  void ofManyThatBeginAtOnceTheNewestStays() {
    for (int seed = 0; seed < 2000; seed++) {
      var random = new Random(seed);
      var nodes = List.of(new OneNode(), new OneNode());
      var orders =
          new ArrayList<>(LongStream.rangeClosed(1, 2 + random.nextInt(3)).boxed().toList());
      Collections.shuffle(orders, random);
      var devices = orders.stream().map(_ -> nodes.get(random.nextInt(2)).logsIn()).toList();
      for (int begun = 0; begun < devices.size(); ) {
        if (random.nextBoolean()) {
          devices.get(begun).begins(orders.get(begun));
          begun++;
        }
        int listener = random.nextInt(2);
        nodes.get(listener).hearsFrom(nodes.get(1 - listener));
        devices.get(random.nextInt(devices.size())).goesIfClosed();
      }
      while (nodes.stream().anyMatch(node -> !node.bus.told().isEmpty())) {
        nodes.getFirst().hearsFrom(nodes.getLast());
        nodes.getLast().hearsFrom(nodes.getFirst());
      }

      int newest = orders.indexOf((long) orders.size());
      for (int i = 0; i < devices.size(); i++) {
        assertThat(devices.get(i).isClosed())
            .as("seed %d, device %d", seed, i)
            .isEqualTo(i != newest);
      }
    }
  }
}
