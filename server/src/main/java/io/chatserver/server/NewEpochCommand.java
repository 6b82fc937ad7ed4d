package io.chatserver.server;

import io.chatserver.server.config.ConfigException;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.storage.Database;
import io.chatserver.server.storage.DatabaseFile;
import io.chatserver.server.storage.StorageException;
import java.nio.file.Files;
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
  private static final int EXIT_DATABASE = 1;
  private static final int EXIT_USAGE = 2;

  @ParentCommand private @Nullable ChatServer server;

  @Override
  @SuppressWarnings("SystemOut") // What a person asked for on the command line.
  public Integer call() {
    ServerConfig config;
    try {
      config = Objects.requireNonNull(server).config();
    } catch (ConfigException e) {
      return ChatServer.refuse(EXIT_USAGE, e.getMessage());
    }
    var storage = config.storage().existing();
    var file = DatabaseFile.named(storage.url());
    if (file.isPresent() && !Files.exists(file.get())) {
      return ChatServer.refuse(EXIT_DATABASE, "there is no database " + file.get());
    }
    try (var database = Database.open(storage)) {
      System.out.println(database.epoch().renewByHand().id());
      return 0;
    } catch (StorageException e) {
      return ChatServer.refuse(EXIT_DATABASE, ChatServer.whatIsWrong(storage, e));
    }
  }
}
