package io.chatserver.bench.check;

import io.chatserver.bench.process.MariaDb;
import io.chatserver.bench.process.ServerProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server of this repository that was started for the check. */
public final class StartedServer implements CheckedServer {
  private static final String DATABASE = "chat";

  /** Passwords are not what is checked. */
  public static final Map<String, String> CHEAP_PASSWORDS =
      Map.of("account.hash_memory_kib", "64", "account.hash_iterations", "1");

  private final ServerProcess process;
  private final Jdbc database;
  private final @Nullable MariaDb mariaDb;

  private StartedServer(Map<String, String> storage, Jdbc database, @Nullable MariaDb mariaDb) {
    var settings = new HashMap<>(CHEAP_PASSWORDS);
    settings.putAll(storage);
    this.process = ServerProcess.start(settings);
    this.database = database;
    this.mariaDb = mariaDb;
  }

  /** Starts one on SQLite; its file is in a directory. */
  public static StartedServer onSqlite(Path directory) {
    var url = "jdbc:sqlite:" + directory.toAbsolutePath().resolve("chat.db");
    return new StartedServer(ServerProcess.embedded(directory), new Jdbc(url, "", ""), null);
  }

  /** Starts MariaDB, and a server on it. */
  public static StartedServer onMariaDb(Path directory) {
    var mariaDb = MariaDb.start(directory);
    try {
      mariaDb.createDatabase(DATABASE);
      var jdbc = new Jdbc(mariaDb.jdbcUrl(DATABASE), mariaDb.user(), mariaDb.password());
      return new StartedServer(ServerProcess.on(mariaDb, DATABASE, directory), jdbc, mariaDb);
    } catch (RuntimeException e) {
      mariaDb.close();
      throw e;
    }
  }

  @Override
  public Door door() {
    return Door.plain(process.address());
  }

  /** Kills it and starts it again. */
  public void killAndRestart() {
    process.kill();
    process.restart();
  }

  @Override
  public Jdbc stop() {
    process.terminate();
    return database;
  }

  @Override
  public void close() {
    process.close();
    if (mariaDb != null) {
      mariaDb.close();
    }
  }
}
