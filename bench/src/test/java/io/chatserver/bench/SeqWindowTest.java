package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SeqWindowTest {
  private final SeqWindow seqs = new SeqWindow(100);

  @Test
  void takesEachNumberOnce() {
    assertThat(seqs.add(100)).isTrue();
    assertThat(seqs.add(102)).isTrue();
    assertThat(seqs.add(100)).isFalse();
    assertThat(seqs.add(102)).isFalse();
    assertThat(seqs.add(99)).isFalse();
  }

  @Test
  void namesTheFirstMissingNumberUntilItComes() {
    seqs.add(100);
    seqs.add(103);
    seqs.add(102);

    assertThat(seqs.missing()).isEqualTo(101);
    seqs.add(101);
    assertThat(seqs.missing()).isZero();
  }

  @Test
  void goesOnForEver() {
    for (long number = 100; number < 100_000; number += 2) {
      assertThat(seqs.add(number + 1)).isTrue();
      assertThat(seqs.add(number)).isTrue();
    }

    assertThat(seqs.missing()).isZero();
  }

  @Test
  void givesUpWhereTooMuchIsMissing() {
    assertThatThrownBy(() -> seqs.add(100 + 5000)).hasMessageContaining("100 is missing");
  }
}
