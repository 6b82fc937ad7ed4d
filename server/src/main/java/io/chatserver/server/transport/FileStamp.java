package io.chatserver.server.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * The attributes that show whether a file has changed; links are followed.
 *
 * @param fileKey device and inode, if the file system has them
 */
record FileStamp(@Nullable Object fileKey, long size, @Nullable FileTime modified) {
  /** Returns the stamp of a file, or an empty stamp if the file cannot be read. */
  static FileStamp of(Path file) {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileStamp(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    } catch (IOException _) {
      return new FileStamp(null, 0, null);
    }
  }
}
