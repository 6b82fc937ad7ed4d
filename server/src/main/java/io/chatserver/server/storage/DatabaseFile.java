package io.chatserver.server.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The file of an embedded database. Files that belong to it are beside the real file, where SQLite
 * keeps its own files, even if links lead to it.
 *
 * <p>This class never opens an existing file, and no code except SQLite may: when a process closes
 * any descriptor of a file, the system drops all locks that the process has on it.
 *
 * @param real its path, without symbolic links
 */
public record DatabaseFile(String url, Path real) {
  private static final String SQLITE = "jdbc:sqlite:";
  private static final int MAX_LINKS = 40;

  /** The endings of the files that SQLite keeps beside it while it is open. */
  private static final List<String> COMPANIONS = List.of("-wal", "-shm");

  /**
   * Returns the file of a URL; empty if the URL names no file, or if its directory is missing,
   * which the driver reports better.
   *
   * @throws StorageException if its links form a loop or cannot be read
   */
  public static Optional<DatabaseFile> of(String url) {
    var named = named(url);
    if (named.isEmpty()) {
      return Optional.empty();
    }
    try {
      var file = target(named.get().toAbsolutePath());
      var directory = file.resolveSibling("");
      if (!Files.isDirectory(directory)) {
        return Optional.empty();
      }
      var real = directory.toRealPath().resolve(file.getFileName());
      return Optional.of(new DatabaseFile(url, real));
    } catch (IOException e) {
      throw new StorageException("cannot find the database's file", e);
    }
  }

  /** Returns the path in a URL, as written; empty if it names no file. */
  public static Optional<Path> named(String url) {
    if (!url.startsWith(SQLITE)) {
      return Optional.empty();
    }
    var name = name(url);
    return name.isEmpty() || name.startsWith(":") ? Optional.empty() : Optional.of(Path.of(name));
  }

  private static String name(String url) {
    return url.substring(SQLITE.length()).split("\\?", 2)[0].replaceFirst("^file:", "");
  }

  /** Follows symbolic links, even if the target does not exist yet. */
  private static Path target(Path file) throws IOException {
    var target = file;
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MAX_LINKS) {
        throw new IOException(file + " is a link to itself");
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    return target;
  }

  /** The URL for the driver. It names the real file, so later changes of links have no effect. */
  String realUrl() {
    var given = name(url);
    return Path.of(given).toAbsolutePath().equals(real) ? url : url.replace(given, real.toString());
  }

  /** Its directory. */
  Path directory() {
    return real.resolveSibling("");
  }

  /** A file beside it, with its name and an ending. */
  Path beside(String ending) {
    return real.resolveSibling(real.getFileName() + ending);
  }

  /** This file and SQLite's files beside it, existing or not. */
  List<Path> files() {
    return Stream.concat(Stream.of(real), COMPANIONS.stream().map(this::beside)).toList();
  }

  /**
   * Creates the file if it is missing, empty and accessible only to its owner. SQLite gives its
   * other files the same permissions.
   *
   * @throws StorageException if it has several names
   */
  void prepare() {
    try {
      PrivateFiles.file(real);
      checkNames();
    } catch (IOException e) {
      throw new StorageException("cannot make the database's file", e);
    }
  }

  /**
   * Removes the access of other users to the file and the files beside it, which an earlier server
   * may have left open.
   */
  void close() {
    try {
      for (var file : files()) {
        PrivateFiles.close(file);
      }
    } catch (IOException e) {
      throw new StorageException("cannot keep the database's file to its owner", e);
    }
  }

  /**
   * Refuses a file with several names: under another name SQLite would use another journal, and
   * another server another lock.
   */
  private void checkNames() throws IOException {
    boolean knowsLinks = real.getFileSystem().supportedFileAttributeViews().contains("unix");
    if (knowsLinks && Files.isRegularFile(real)) {
      int names = (int) Files.getAttribute(real, "unix:nlink");
      if (names > 1) {
        throw new StorageException(
            "the database's file has " + names + " names (hard links)",
            new IOException("leave it one, for its journal goes by its name"));
      }
    }
  }
}
