package io.chatserver.client.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceTest {
  @TempDir Path user;

  @Test
  void oneThatIsClosedIsFreeAgain() throws IOException {
    var first = Device.lock(user);
    try (var second = Device.lock(user)) {
      first.close();
      for (var abandoned : second.abandoned()) {
        assertThat(abandoned.outbox()).isEqualTo(first.outbox());
        abandoned.close();
      }
      try (var third = Device.lock(user)) {
        assertThat(third.outbox()).isEqualTo(first.outbox());
      }
    }
  }

  /** The system gives up a process's lock when the process closes any channel of the file. */
  @Test
  void whatASecondSessionOfThisProcessHasTriedIsStillHeldAgainstOtherProcesses() throws Exception {
    try (var _ = Device.lock(user);
        var second = Device.lock(user)) {
      assertThat(second.abandoned()).isEmpty();

      assertThat(takenByAnotherProcess()).isEqualTo("device-3/outbox");
    }
  }

  private String takenByAnotherProcess() throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                user.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out = process.getInputStream()) {
      return new String(out.readAllBytes(), UTF_8).strip();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Another client of the same user. */
  static final class Other {
    private Other() {}

    public static void main(String[] args) throws IOException {
      try (var device = Device.lock(Path.of(args[0]))) {
        System.out.println(Path.of(args[0]).relativize(device.outbox()));
      }
    }
  }
}
