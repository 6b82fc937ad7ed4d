package io.chatserver.client.delivery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only file of records: each has its length, its checksum and its bytes. An incomplete
 * record at the end, left by a crash, is cut off.
 *
 * <p>Threads: one at a time.
 */
final class Journal implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Journal.class);

  private static final int HEAD_BYTES = 2 * Integer.BYTES;

  /** More than the largest record, so that a damaged length is not believed. */
  private static final int MAX_RECORD_BYTES = 1 << 20;

  private final Path file;
  private FileChannel channel;
  private long end;

  private Journal(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Opens a journal, which is made if it is not there, and adds its records to a list. */
  static Journal open(Path file, List<byte[]> records) throws IOException {
    boolean isNew = !Files.exists(file);
    var journal = new Journal(file, channel(file, StandardOpenOption.READ));
    try {
      journal.recover(records);
      if (isNew) {
        forceDirectory(file);
      }
      return journal;
    } catch (IOException | RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  private void recover(List<byte[]> records) throws IOException {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    while (true) {
      byte[] payload = next(bytes);
      if (payload == null) {
        break;
      }
      records.add(payload);
      end = bytes.position();
    }
    if (end < bytes.limit()) {
      log.warn("{}: {} damaged bytes at its end are cut off", file, bytes.limit() - end);
      channel.truncate(end);
    }
  }

  private static byte @Nullable [] next(ByteBuffer bytes) {
    if (bytes.remaining() < HEAD_BYTES) {
      return null;
    }
    int length = bytes.getInt();
    int checksum = bytes.getInt();
    if (length <= 0 || length > MAX_RECORD_BYTES || length > bytes.remaining()) {
      return null;
    }
    byte[] payload = new byte[length];
    bytes.get(payload);
    return checksum(payload) == checksum ? payload : null;
  }

  /**
   * Adds records.
   *
   * @param forced whether to return only when they will survive a loss of power
   * @throws IOException if they cannot be written; the journal is then as before
   */
  void append(List<byte[]> records, boolean forced) throws IOException {
    try {
      long written = write(channel, end, records);
      if (forced) {
        channel.force(false);
      }
      end += written;
    } catch (IOException e) {
      channel.truncate(end);
      throw e;
    }
  }

  /** Replaces everything by these records; a crash meanwhile leaves one or the other. */
  void replace(List<byte[]> records) throws IOException {
    var fresh = file.resolveSibling(file.getFileName() + ".new");
    var replacement = channel(fresh, StandardOpenOption.TRUNCATE_EXISTING);
    long written;
    try {
      written = write(replacement, 0, records);
      replacement.force(false);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      replacement.close();
      throw e;
    }
    // From here on the new file is in use, even after a failure, and later records belong there.
    var replaced = channel;
    channel = replacement;
    end = written;
    replaced.close();
    forceDirectory(file);
  }

  private static long write(FileChannel channel, long position, List<byte[]> records)
      throws IOException {
    int size = records.stream().mapToInt(record -> HEAD_BYTES + record.length).sum();
    var bytes = ByteBuffer.allocate(size);
    for (byte[] payload : records) {
      bytes.putInt(payload.length).putInt(checksum(payload)).put(payload);
    }
    bytes.flip();
    while (bytes.hasRemaining()) {
      channel.write(bytes, position + bytes.position());
    }
    return size;
  }

  private static int checksum(byte[] payload) {
    var crc = new CRC32C();
    crc.update(payload);
    return (int) crc.getValue();
  }

  private static FileChannel channel(Path file, StandardOpenOption option) throws IOException {
    return PrivateFiles.open(file, StandardOpenOption.WRITE, option);
  }

  /** A file's name is in its directory, which has to reach the disk as well. */
  private static void forceDirectory(Path file) throws IOException {
    try (var directory = FileChannel.open(file.toAbsolutePath().getParent())) {
      directory.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
