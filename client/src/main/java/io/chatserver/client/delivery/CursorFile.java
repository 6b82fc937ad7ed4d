package io.chatserver.client.delivery;

import io.chatserver.protocol.ConversationId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last message that was dealt with in each conversation. Every step is written at once, in its
 * place, so that a killed process has lost none; it is not forced to the disk, so that a loss of
 * power may take the last ones back.
 *
 * <p>Threads: one at a time.
 */
final class CursorFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CursorFile.class);

  /** Conversation, seq, checksum, and room that keeps a slot within one sector. */
  private static final int SLOT_BYTES = 4 * Long.BYTES;

  private final FileChannel channel;
  private final Map<ConversationId, Slot> slots = new HashMap<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(SLOT_BYTES);
  private long nextPosition;
  private boolean failed;

  private CursorFile(FileChannel channel) {
    this.channel = channel;
  }

  static CursorFile open(Path file) throws IOException {
    var channel = PrivateFiles.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    var cursors = new CursorFile(channel);
    try {
      cursors.recover();
      return cursors;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void recover() throws IOException {
    var bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
    while (bytes.hasRemaining() && channel.read(bytes) > 0) {
      // The file is small.
    }
    bytes.flip();
    for (; bytes.remaining() >= SLOT_BYTES; nextPosition += SLOT_BYTES) {
      long conversation = bytes.getLong();
      long seq = bytes.getLong();
      long checksum = bytes.getLong();
      bytes.getLong();
      if (checksum == checksum(conversation, seq)) {
        slots.put(new ConversationId(conversation), new Slot(nextPosition, seq));
      } else {
        log.warn("a damaged cursor is forgotten");
      }
    }
  }

  /** The cursor of a conversation; empty where there is none. */
  OptionalLong get(ConversationId conversation) {
    var slot = slots.get(conversation);
    return slot == null ? OptionalLong.empty() : OptionalLong.of(slot.seq);
  }

  /** All cursors. */
  Map<ConversationId, Long> all() {
    var all = new HashMap<ConversationId, Long>();
    slots.forEach((conversation, slot) -> all.put(conversation, slot.seq));
    return all;
  }

  void set(ConversationId conversation, long seq) {
    var slot = slots.get(conversation);
    if (slot == null) {
      slot = new Slot(nextPosition, seq);
      nextPosition += SLOT_BYTES;
      slots.put(conversation, slot);
    }
    slot.seq = seq;
    buffer.clear();
    buffer.putLong(conversation.value()).putLong(seq).putLong(checksum(conversation.value(), seq));
    buffer.putLong(0).flip();
    try {
      channel.write(buffer, slot.position);
    } catch (IOException e) {
      tellOnce(e);
    }
  }

  /** Without cursors on disk a later run may show again what this one has shown. */
  private void tellOnce(@Nullable IOException e) {
    if (!failed) {
      failed = true;
      log.warn("cannot write the cursors", e);
    }
  }

  private static long checksum(long conversation, long seq) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(2 * Long.BYTES).putLong(conversation).putLong(seq).flip());
    return crc.getValue();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Where a cursor stands in the file, and what it is. */
  private static final class Slot {
    final long position;
    long seq;

    Slot(long position, long seq) {
      this.position = position;
      this.seq = seq;
    }
  }
}
