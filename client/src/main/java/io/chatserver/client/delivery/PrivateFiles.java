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
 * Keeps files and directories to their owner, whatever the umask is: what people say is in them.
 * Where the file system knows no such permissions (Windows) it does nothing.
 */
public final class PrivateFiles {
  private static final Logger log = LoggerFactory.getLogger(PrivateFiles.class);
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  private PrivateFiles() {}

  /** Makes a directory, and those above it that are missing; one that is there is closed. */
  public static void directory(Path directory) throws IOException {
    close(made(directory));
  }

  /** Makes a directory, and those above it that are missing; one that is there stays as it is. */
  public static Path made(Path directory) throws IOException {
    return Files.createDirectories(directory, attributes(directory, DIRECTORY));
  }

  /** Makes a file that is empty; one that is there is closed to others, and not opened. */
  public static void file(Path file) throws IOException {
    try {
      Files.createFile(file, attributes(file, FILE));
    } catch (FileAlreadyExistsException _) {
      close(file);
    }
  }

  /** Opens a file, which is made if it is not there. */
  static FileChannel open(Path file, OpenOption... options) throws IOException {
    file(file);
    return FileChannel.open(file, options);
  }

  /** What to make a temporary file with. */
  static FileAttribute<?>[] ofFile(Path directory) {
    return attributes(directory, FILE);
  }

  /** Takes from all but the owner what they may do with it; nothing if it is not there. */
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
      // Another client has taken it over meanwhile.
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
