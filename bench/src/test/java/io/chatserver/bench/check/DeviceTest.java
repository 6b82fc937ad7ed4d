package io.chatserver.bench.check;

import static io.chatserver.bench.check.Story.DIRECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeviceTest {
  private static final Settings SETTINGS = new Settings(4, 0, Duration.ofSeconds(1), 1, 1);

  private static Device device(boolean resuming) {
    var ann = new Account(new UserId(1), "ann", "secret", resuming);
    var both = new Cast.Members(List.of(ann.id(), new UserId(2)), Set.of());
    var stage = new Stage(List.of(), SETTINGS, new Cast(List.of(ann), Map.of(DIRECT, both)));
    return new Device(0, stage, new Random(1), new History(System::nanoTime));
  }

  @Test
  void goesOnWhereItStoodIfItResumes() {
    var device = device(true);
    device.cursors().pushed(DIRECT, 4);

    var login = device.login();

    assertThat(login.resume()).isEqualTo(new Command.Resume(Map.of(DIRECT, 4L)));
    assertThat(device.cursors().known()).containsEntry(DIRECT, 4L);
  }

  /** What its last connection was sent and it did not read will not come again. */
  @Test
  void expectsNothingOfEarlierSessionsIfItDoesNotResume() {
    var device = device(false);
    device.cursors().pushed(DIRECT, 4);

    var login = device.login();

    assertThat(login.resume()).isNull();
    assertThat(device.cursors().known()).isEmpty();
  }
}
