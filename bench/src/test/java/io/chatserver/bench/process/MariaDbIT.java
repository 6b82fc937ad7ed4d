package io.chatserver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MariaDbIT {
  @TempDir private Path directory;

  @Test
  void keepsWhatItCommittedWhenItIsKilled() {
    try (var mariaDb = MariaDb.start(directory)) {
      mariaDb.createDatabase("chat");
      mariaDb.execute("CREATE TABLE chat.t (id INT PRIMARY KEY); INSERT INTO chat.t VALUES (1)");
      int port = mariaDb.port();

      mariaDb.kill();
      mariaDb.stop();
      assertThat(mariaDb.isAlive()).isFalse();
      mariaDb.restart();

      assertThat(mariaDb.execute("SELECT id FROM chat.t")).isEqualTo("1");
      assertThat(mariaDb.jdbcUrl("chat")).isEqualTo("jdbc:mysql://127.0.0.1:" + port + "/chat");
      assertThat(mariaDb.usage().cpuTime()).isPositive();

      mariaDb.suspend();
      mariaDb.stop();
      assertThat(mariaDb.isAlive()).isFalse();
      mariaDb.restart();
      assertThat(mariaDb.execute("SELECT COUNT(*) FROM chat.t")).isEqualTo("1");
    }
  }

  @Test
  void saysWhatIsWrongWithAStatement() {
    try (var mariaDb = MariaDb.start(directory)) {
      assertThatThrownBy(() -> mariaDb.execute("SELEKT 1"))
          .isInstanceOf(ProcessFailed.class)
          .hasMessageContaining("SELEKT");
      assertThatThrownBy(() -> mariaDb.createDatabase("x; DROP DATABASE mysql"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
