package io.chatserver.server.message;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.chatserver.server.message.FenceModel.Plant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Nobody writes without the right to, no place is given twice and none left out. */
class FenceModelTest {
  private static final int SEEDS = 10_000;
  private static final int SEEDS_OF_PLANTS = 1000;
  private static final Logger WRITERS = (Logger) LoggerFactory.getLogger(LogWriter.class);

  @BeforeAll
  static void silence() {
    WRITERS.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    WRITERS.setLevel(null);
  }

  @Test
  void holdsWhateverHappensBetweenTwoCalls() {
    for (long seed = 0; seed < SEEDS; seed++) {
      assertThat(new FenceModel(seed, Plant.NONE).run()).as("seed %d", seed).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void findsWhatIsPlanted(Plant plant) {
    assertThat(LongStream.range(0, SEEDS_OF_PLANTS))
        .anySatisfy(seed -> assertThat(new FenceModel(seed, plant).run()).isNotEmpty());
  }
}
