package io.chatserver.client.delivery;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restricts files and directories to their owner, regardless of the umask, because they contain
 * messages. On a file system without such permissions (Windows) it does nothing.
 */
public final class PrivateFiles {
  private static final Logger log = LoggerFactory.getLogger(PrivateFiles.class);
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  private PrivateFiles() {}

  /**
   * Creates a directory and its missing parents. Removes the access of other users to an existing
   * one.
   */
  public static void directory(Path directory) throws IOException {
    close(made(directory));
  }

  /** Creates a directory and its missing parents. An existing one stays as it is. */
  public static Path made(Path directory) throws IOException {
    return Files.createDirectories(directory, attributes(directory, DIRECTORY));
  }

  /**
   * Creates an empty file. Removes the access of other users to an existing one, without opening
   * it.
   */
  public static void file(Path file) throws IOException {
    try {
      Files.createFile(file, attributes(file, FILE));
    } catch (FileAlreadyExistsException _) {
      close(file);
    }
  }

  /** Opens a file, and creates it if it is missing. */
  static FileChannel open(Path file, OpenOption... options) throws IOException {
    file(file);
    return FileChannel.open(file, options);
  }

  /** The attributes for a temporary file. */
  static FileAttribute<?>[] ofFile(Path directory) {
    return attributes(directory, FILE);
  }

  /** Removes the access of all users except the owner. Does nothing if the file is missing. */
  static void close(Path path) throws IOException {
    var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    var wanted = Files.isDirectory(path) ? DIRECTORY : FILE;
    try {
      if (!wanted.containsAll(view.readAttributes().permissions())) {
        view.setPermissions(wanted);
      }
    } catch (NoSuchFileException _) {
      // Another client has replaced it meanwhile.
    } catch (FileSystemException _) {
      log.warn("{} is open to others, and belongs to another user", path);
    }
  }

  private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
    boolean isPosix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    return isPosix
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }
}
