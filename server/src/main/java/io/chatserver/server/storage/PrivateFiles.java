package io.chatserver.server.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
 * messages and password hashes. On a file system without such permissions (Windows) it does
 * nothing.
 */
public final class PrivateFiles {
  private static final Logger log = LoggerFactory.getLogger(PrivateFiles.class);
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  /** The mode bit that prevents users from removing each other's files in a directory. */
  private static final int STICKY = 01000;

  private PrivateFiles() {}

  /** Creates a directory and its missing parents. An existing one stays as it is. */
  public static Path directory(Path directory) throws IOException {
    return Files.createDirectories(directory, attributes(directory, DIRECTORY));
  }

  /** Creates an empty file. An existing one is not opened, and stays as it is. */
  static void file(Path file) throws IOException {
    try {
      Files.createFile(file, attributes(file, FILE));
    } catch (FileAlreadyExistsException _) {
      // An earlier server has created it.
    }
  }

  /**
   * Removes the access of all users except the owner to a file or directory. If it belongs to
   * another user, this only logs a warning.
   */
  public static void close(Path path) throws IOException {
    var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    Set<PosixFilePermission> found;
    try {
      found = view.readAttributes().permissions();
    } catch (NoSuchFileException _) {
      return;
    }
    var wanted = Files.isDirectory(path) ? DIRECTORY : FILE;
    if (wanted.containsAll(found)) {
      return;
    }
    var shown = PosixFilePermissions.toString(found);
    if (isShared(path)) {
      log.warn("{} is for all users ({}): others see which files are there", path, shown);
      return;
    }
    try {
      view.setPermissions(wanted);
      if (!DIRECTORY.containsAll(found)) {
        log.info("{} was open to others ({}), and is not any more", path, shown);
      }
    } catch (FileSystemException _) {
      log.warn("{} is open to others ({}), and belongs to another user", path, shown);
    }
  }

  /**
   * Whether this is a shared directory such as {@code /tmp}, whose permissions even root must not
   * change.
   */
  private static boolean isShared(Path path) throws IOException {
    return Files.isDirectory(path) && ((int) Files.getAttribute(path, "unix:mode") & STICKY) != 0;
  }

  private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
    boolean isPosix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    return isPosix
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }
}
