package io.chatserver.bench.siege;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttackTest {
  @TempDir private Path directory;

  @Test
  void planIsReadAsItWasWritten() throws IOException {
    var plan =
        new AttackPlan(
            List.of(new Door(false, 6000), new Door(true, 6001)),
            List.of("guest-1", "guest-2"),
            List.of(new AttackPlan.Member(7, "a:b_-")),
            3,
            50,
            Duration.ofSeconds(9),
            0.5,
            42);
    var file = directory.resolve("plan");

    plan.write(file);

    assertThat(AttackPlan.read(file)).isEqualTo(plan);
  }

  @Test
  void repliesAreCountedByTheirErrorNumber() {
    var count = new AttackCount();
    var bytes = "{\"errno\":0}\n{\"errno\":300}\n{\"msgid\":14}\n{\"errno\":0}".getBytes(US_ASCII);

    count.received(bytes, bytes.length);
    count.sent(5);
    count.connected();

    var sums = new AttackCount.Sums(1, 5, 2, 1, 0, 0);
    assertThat(count.sums()).isEqualTo(sums);
    assertThat(AttackCount.Sums.read(sums.write())).isEqualTo(sums);
  }

  @Test
  void lastLineOfTheHostileProcessCounts() {
    var output = "attacking\nattack 0.100 PINGS=1,2,3,4,5,6\nattack 0.200 PINGS=2,2,3,4,5,6\n";

    var report = Attackers.Report.last(output);

    assertThat(report.cpu()).isEqualTo(0.2);
    assertThat(report.counts())
        .containsOnlyKeys(AttackKind.PINGS)
        .containsValue(new AttackCount.Sums(2, 2, 3, 4, 5, 6));
    assertThat(Attackers.Report.last("").counts()).isEmpty();
  }

  @Test
  void passwordsOfWellBehavedUsersAreNotGuessedWhereTheyLogIn() {
    var random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      assertThat(AttackKind.GUESSED_PASSWORDS.source(random))
          .startsWith("127.0.0.")
          .isNotIn(SiegePlan.OWN_SOURCE, SiegePlan.OTHER_SOURCE);
    }
  }
}
