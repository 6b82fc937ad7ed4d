package io.chatserver.server.cluster;

import io.chatserver.server.storage.Database;
import io.chatserver.server.storage.StorageException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The key of a cluster's nodes, which the first of them makes.
 *
 * <p>Threads: any; every call blocks.
 */
public final class NodeKeyStore {
  private static final int BYTES = 32;

  private final Database database;

  public NodeKeyStore(Database database) {
    this.database = database;
  }

  /** Reads the key; makes it if there is none. */
  byte[] key() {
    return stored().or(this::made).or(this::stored).orElseThrow();
  }

  private Optional<byte[]> stored() {
    return database.read(
        "read the key of the nodes",
        connection -> {
          try (var statement =
                  connection.prepareStatement("SELECT secret FROM node_key WHERE id = 1");
              var rows = statement.executeQuery()) {
            return rows.next()
                ? Optional.of(HexFormat.of().parseHex(rows.getString(1)))
                : Optional.empty();
          }
        });
  }

  /** Makes a key; empty if another node was quicker. */
  private Optional<byte[]> made() {
    var key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    try {
      return database.writeOwn(
          "store the key of the nodes",
          connection -> {
            try (var statement =
                connection.prepareStatement("INSERT INTO node_key (id, secret) VALUES (1, ?)")) {
              statement.setString(1, HexFormat.of().formatHex(key));
              statement.executeUpdate();
              return Optional.of(key);
            }
          });
    } catch (StorageException e) {
      if (!e.isDuplicateKey()) {
        throw e;
      }
      return Optional.empty();
    }
  }
}
