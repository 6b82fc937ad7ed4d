package io.chatserver.client.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final List<String> THREE = List.of("one", "two two", "three three three");

  @TempDir Path directory;

  private Path file = Path.of("");

  @BeforeEach
  void nameFile() {
    file = directory.resolve("journal");
  }

  @Test
  void tornAtEveryByteKeepsTheWholeRecordsAndGoesOn() throws IOException {
    write(THREE);
    byte[] whole = Files.readAllBytes(file);
    int first = 8 + 3;
    int second = first + 8 + 7;

    for (int length = 0; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      int left = length < first ? 0 : length < second ? 1 : length < whole.length ? 2 : 3;

      assertThat(read()).isEqualTo(THREE.subList(0, left));
      write(List.of("after"));
      assertThat(read()).hasSize(left + 1).endsWith("after");
    }
  }

  @Test
  void aDamagedByteEndsWhatIsBelieved() throws IOException {
    write(THREE);
    byte[] whole = Files.readAllBytes(file);

    for (int position = 0; position < whole.length; position++) {
      byte[] damaged = whole.clone();
      damaged[position] ^= 0x10;
      Files.write(file, damaged);

      var left = read();
      assertThat(left.size()).isLessThan(3);
      assertThat(left).isEqualTo(THREE.subList(0, left.size()));
    }
  }

  @Test
  void replacingLeavesOnlyTheNewAndGoesOn() throws IOException {
    write(THREE);
    try (var journal = Journal.open(file, new ArrayList<>())) {
      journal.replace(List.of("new".getBytes(UTF_8)));
      journal.append(List.of("newer".getBytes(UTF_8)), true);
    }

    assertThat(read()).containsExactly("new", "newer");
  }

  private void write(List<String> records) throws IOException {
    try (var journal = Journal.open(file, new ArrayList<>())) {
      for (var payload : records) {
        journal.append(List.of(payload.getBytes(UTF_8)), true);
      }
    }
  }

  private List<String> read() throws IOException {
    var records = new ArrayList<byte[]>();
    Journal.open(file, records).close();
    return records.stream().map(payload -> new String(payload, UTF_8)).toList();
  }
}
