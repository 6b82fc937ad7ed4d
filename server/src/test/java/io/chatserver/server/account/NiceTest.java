package io.chatserver.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class NiceTest {
  private static final int FIELDS_BEFORE_NICE = 16;

  @Test
  void givesWayInItsThreadOnly() throws Exception {
    int before = niceOfThisThread();
    var after =
        new FutureTask<>(() -> {
          Nice.giveWay(3);
          return niceOfThisThread();
        });
    Thread.ofPlatform().start(after);

    assertThat(after.get()).isEqualTo(Math.min(19, before + 3));
    assertThat(niceOfThisThread()).isEqualTo(before);
  }

  /** By proc(5); the name in parentheses is the second field and may have blanks. */
  private static int niceOfThisThread() throws IOException {
    var stat = Files.readString(Path.of("/proc/thread-self/stat"));
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Integer.parseInt(fields[FIELDS_BEFORE_NICE]);
  }
}
