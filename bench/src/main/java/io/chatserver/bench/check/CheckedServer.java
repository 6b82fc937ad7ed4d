package io.chatserver.bench.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server that is checked.
 *
 * <p>Threads: one at a time.
 */
public interface CheckedServer extends AutoCloseable {
  /** A database as JDBC names it. */
  record Jdbc(String url, String user, String password) {}

  /** Where it listens, also after a fault. */
  Door door();

  /** Where devices connect, each time to any of these; to one of several they need not stay. */
  default List<Door> doors() {
    return List.of(door());
  }

  /** Stops it in an orderly way, and says where its messages are; null if that is not known. */
  @Nullable Jdbc stop();

  @Override
  void close();
}
