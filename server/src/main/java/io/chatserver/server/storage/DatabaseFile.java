package io.chatserver.server.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The file of an embedded database. What belongs to it lies beside it, where SQLite has its own
 * files: so beside the real one, by whatever links it is reached.
 *
 * <p>Nothing here opens a file that is there, and nothing else but SQLite may: when a process
 * closes any descriptor of a file, the system drops all locks that the process has on it.
 *
 * @param real where it is, without symbolic links
 */
public record DatabaseFile(String url, Path real) {
  private static final String SQLITE = "jdbc:sqlite:";
  private static final int MAX_LINKS = 40;

  /** What SQLite keeps beside it as long as it is open. */
  private static final List<String> COMPANIONS = List.of("-wal", "-shm");

  /**
   * The file that a URL names; empty where it is none, or its directory is missing, which the
   * driver says better.
   *
   * @throws StorageException if its links lead nowhere
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

  /** The path that a URL names, as it is written; empty where it names no file. */
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

  /** Where symbolic links lead, be there a file yet or not. */
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

  /** The URL by which the driver opens the real file, wherever links lead by then. */
  String realUrl() {
    var given = name(url);
    return Path.of(given).toAbsolutePath().equals(real) ? url : url.replace(given, real.toString());
  }

  /** Its directory. */
  Path directory() {
    return real.resolveSibling("");
  }

  /** A file with its name and an ending. */
  Path beside(String ending) {
    return real.resolveSibling(real.getFileName() + ending);
  }

  /** It and what SQLite keeps beside it, whether they are there or not. */
  List<Path> files() {
    return Stream.concat(Stream.of(real), COMPANIONS.stream().map(this::beside)).toList();
  }

  /**
   * Makes it, empty and its owner's alone, if it is not there: SQLite gives its other files the
   * permissions of this one.
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

  /** Takes it and what is beside it from others, if an earlier server has left it to them. */
  void close() {
    try {
      for (var file : files()) {
        PrivateFiles.close(file);
      }
    } catch (IOException e) {
      throw new StorageException("cannot keep the database's file to its owner", e);
    }
  }

  /** Under another name SQLite would look for another journal, and another server for its lock. */
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
