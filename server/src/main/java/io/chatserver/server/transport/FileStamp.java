package io.chatserver.server.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * By what a changed file is known, links followed.
 *
 * @param fileKey device and inode, where there are such
 */
record FileStamp(@Nullable Object fileKey, long size, @Nullable FileTime modified) {
  /** The stamp of a file; that of no file where it cannot be looked at. */
  static FileStamp of(Path file) {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileStamp(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    } catch (IOException _) {
      return new FileStamp(null, 0, null);
    }
  }
}
