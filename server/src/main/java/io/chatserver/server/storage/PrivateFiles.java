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
 * Keeps files and directories to their owner, whatever the umask is: messages and the hashes of
 * passwords are in them. Where the file system knows no such permissions (Windows) it does nothing.
 */
public final class PrivateFiles {
  private static final Logger log = LoggerFactory.getLogger(PrivateFiles.class);
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  /** The bit of a mode by which users may not remove each other's files in a directory. */
  private static final int STICKY = 01000;

  private PrivateFiles() {}

  /** Makes a directory, and those above it that are missing; one that is there stays as it is. */
  public static Path directory(Path directory) throws IOException {
    return Files.createDirectories(directory, attributes(directory, DIRECTORY));
  }

  /** Makes a file that is empty. One that is there is not opened, and stays as it is. */
  static void file(Path file) throws IOException {
    try {
      Files.createFile(file, attributes(file, FILE));
    } catch (FileAlreadyExistsException _) {
      // An earlier server has made it.
    }
  }

  /**
   * Takes from all but the owner what they may do with a file or a directory. Where that is another
   * user's, a line in the log says so.
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

  /** A directory such as {@code /tmp}, which root must not close either. */
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
