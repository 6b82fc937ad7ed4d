package io.chatserver.server.cluster;

import io.chatserver.server.storage.Database;

/**
 * Nodes that are cut off from Redis, as they say in the database: what these store they can tell
 * nobody, so the others look for it themselves. By the database's clock.
 *
 * <p>Threads: any; every call blocks.
 */
public final class DegradedNodeStore {
  private static final int SECONDS = 5;

  private final Database database;

  public DegradedNodeStore(Database database) {
    this.database = database;
  }

  /** Records that a node is degraded, for some seconds. */
  public void note(Node node) {
    database.writeOwn(
        "note a degraded node",
        connection -> {
          try (var statement =
              connection.prepareStatement(
                  "REPLACE INTO degraded_node (node, until) VALUES (?, "
                      + database.dialect().unixSeconds()
                      + " + "
                      + SECONDS
                      + ")")) {
            statement.setString(1, node.text());
            return statement.executeUpdate();
          }
        });
  }

  /** Whether any node is degraded. */
  public boolean isAny() {
    return database.read(
        "look for degraded nodes",
        connection -> {
          try (var statement =
                  connection.prepareStatement(
                      "SELECT 1 FROM degraded_node WHERE until > "
                          + database.dialect().unixSeconds()
                          + " LIMIT 1");
              var rows = statement.executeQuery()) {
            return rows.next();
          }
        });
  }
}
