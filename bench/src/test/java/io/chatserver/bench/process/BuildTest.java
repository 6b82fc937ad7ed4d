package io.chatserver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BuildTest {
  @Test
  void findsTheSettingsThatAServerPrints() {
    var toml =
        """
        # key = "in a comment"
        [listen]
        port = 6000
        [account]
        hash_queue = 500
        """;

    assertThat(Build.settingsIn(toml))
        .containsExactlyInAnyOrder("listen.port", "account.hash_queue");
  }
}
