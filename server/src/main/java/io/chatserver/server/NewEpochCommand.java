package io.chatserver.server;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Begins a new epoch of the log, after the database was restored from a copy. */
@Command(
    name = "new-epoch",
    description = "Says that the database was restored from a copy.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Run it after a restore, before the servers start. Messages get the places",
      "again that lost ones had; with a new epoch clients forget where they stood.",
      "Running servers notice it within 5 seconds and let their clients log in",
      "again. Prints the new epoch.",
      "",
      "Exit codes: 0 done, 1 the database cannot be used, 2 wrong usage or",
      "configuration."
    })
final class NewEpochCommand implements Callable<Integer> {
  @ParentCommand private @Nullable ChatServer server;

  @Override
  @SuppressWarnings("SystemOut") // What a person asked for on the command line.
  public Integer call() {
    return Objects.requireNonNull(server)
        .onDatabase((database, _) -> {
          System.out.println(database.epoch().renewByHand().id());
          return 0;
        });
  }
}
