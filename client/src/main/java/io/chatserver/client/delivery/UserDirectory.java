package io.chatserver.client.delivery;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.SessionToken;
import io.chatserver.protocol.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a user of a server has his files on this machine, for his eyes only: {@code
 * SERVER/USER_ID/}, with his name, his session token, and a directory for each client that runs.
 *
 * <p>Threads: any.
 */
final class UserDirectory {
  private static final Logger log = LoggerFactory.getLogger(UserDirectory.class);

  private static final String NAME = "name";
  private static final String TOKEN = "token";

  private final Path path;
  private final UserId user;

  private UserDirectory(Path path, UserId user) {
    this.path = path;
    this.user = user;
  }

  /** The directory of a user who has logged in here before; empty if he has not. */
  static Optional<UserDirectory> find(Path server, Command.Identity who) {
    return switch (who) {
      case Command.Identity.ById(var id) -> existing(server.resolve(id.toString()));
      case Command.Identity.ByName(var name) -> findByName(server, name);
    };
  }

  private static Optional<UserDirectory> findByName(Path server, String name) {
    if (!Files.isDirectory(server)) {
      return Optional.empty();
    }
    try (var users = Files.newDirectoryStream(server)) {
      for (var user : users) {
        if (name.equals(read(user.resolve(NAME)))) {
          return existing(user);
        }
      }
    } catch (IOException e) {
      log.warn("cannot look for {}", name, e);
    }
    return Optional.empty();
  }

  private static Optional<UserDirectory> existing(Path path) {
    try {
      var user = new UserId(Integer.parseInt(path.getFileName().toString()));
      return Files.isDirectory(path)
          ? Optional.of(new UserDirectory(path, user))
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** The directory of a user who has just logged in. */
  static UserDirectory of(Path server, UserId user, String name) throws IOException {
    var path = server.resolve(user.toString());
    PrivateFiles.directory(path);
    if (!name.equals(read(path.resolve(NAME)))) {
      replace(path.resolve(NAME), name);
    }
    PrivateFiles.close(path.resolve(NAME));
    PrivateFiles.close(path.resolve(TOKEN));
    return new UserDirectory(path, user);
  }

  UserId user() {
    return user;
  }

  /** A directory for this client alone. */
  Device device() throws IOException {
    return Device.lock(path);
  }

  /** The session token; null if there is no valid one. */
  @Nullable String token() {
    try {
      var lines = read(path.resolve(TOKEN)).lines().toList();
      boolean usable = lines.size() == 2 && Instant.parse(lines.get(0)).isAfter(Instant.now());
      return usable ? lines.get(1) : null;
    } catch (IOException | DateTimeParseException e) {
      log.warn("cannot read the session token", e);
      return null;
    }
  }

  void keep(SessionToken token) {
    // The two clocks run apart, and a token is of use only while it lives at the server.
    var usable = token.lifetime().minus(Duration.ofMinutes(1));
    try {
      replace(path.resolve(TOKEN), Instant.now().plus(usable) + "\n" + token.text() + "\n");
    } catch (IOException e) {
      log.warn("cannot keep the session token", e);
    }
  }

  void forgetToken() {
    try {
      Files.deleteIfExists(path.resolve(TOKEN));
    } catch (IOException e) {
      log.warn("cannot delete the session token", e);
    }
  }

  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException _) {
      return "";
    }
  }

  private static void replace(Path file, String content) throws IOException {
    var directory = file.resolveSibling("");
    var fresh =
        Files.createTempFile(
            directory, file.getFileName().toString(), "", PrivateFiles.ofFile(directory));
    Files.writeString(fresh, content);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
