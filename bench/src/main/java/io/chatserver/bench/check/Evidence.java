package io.chatserver.bench.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is judged.
 *
 * @param histories of the devices, by their numbers
 * @param log as it was shown to members at the end
 * @param database the same as the database has it, where that could be asked
 */
record Evidence(Cast cast, List<History> histories, LogCopy log, @Nullable LogCopy database) {
  Evidence {
    histories = List.copyOf(histories);
  }
}
