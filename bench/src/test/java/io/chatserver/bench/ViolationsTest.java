package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ViolationsTest {
  @Test
  void countsAllAndKeepsTheFirst() {
    var violations = new Violations();

    for (int i = 1; i <= 1000; i++) {
      violations.add("number " + i);
    }

    assertThat(violations.count()).isEqualTo(1000);
    assertThat(violations.examples()).hasSize(20).startsWith("number 1", "number 2");
  }
}
