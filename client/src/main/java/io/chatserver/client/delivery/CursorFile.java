package io.chatserver.client.delivery;

import io.chatserver.protocol.ConversationId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last message that was dealt with in each conversation, and the epoch of the log that these
 * places belong to, in a slot of its own. Every step is written at once, in its place, so that a
 * killed process has lost none; it is not forced to the disk, so that a loss of power may take the
 * last ones back.
 *
 * <p>Threads: one at a time.
 */
final class CursorFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CursorFile.class);

  /** Conversation, seq, checksum, and room that keeps a slot within one sector. */
  private static final int SLOT_BYTES = 4 * Long.BYTES;

  /** Stands in place of a conversation in the slot of the epoch. No conversation has it. */
  private static final long EPOCH = 0;

  private final FileChannel channel;
  private final Map<ConversationId, Slot> slots = new HashMap<>();
  private @Nullable Slot epoch;
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
      boolean isWhole = checksum == checksum(conversation, seq);
      if (isWhole && conversation == EPOCH) {
        epoch = new Slot(nextPosition, seq);
      } else if (isWhole) {
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

  /** The epoch of the log: 16 hexadecimal digits; null if the server has not told it. */
  @Nullable String epoch() {
    return epoch == null ? null : HexFormat.of().toHexDigits(epoch.seq);
  }

  /** Notes the epoch of the log that the cursors belong to. */
  void setEpoch(String newEpoch) {
    if (newEpoch.equals(epoch()) || !newEpoch.matches("[0-9a-f]{16}")) {
      return;
    }
    if (epoch == null) {
      epoch = newSlot();
    }
    epoch.seq = Long.parseUnsignedLong(newEpoch, 16);
    write(EPOCH, epoch);
  }

  /** Forgets all cursors. */
  void clear() {
    slots.clear();
    epoch = null;
    nextPosition = 0;
    try {
      channel.truncate(0);
    } catch (IOException e) {
      tellOnce(e);
    }
  }

  void set(ConversationId conversation, long seq) {
    var slot = slots.computeIfAbsent(conversation, _ -> newSlot());
    slot.seq = seq;
    write(conversation.value(), slot);
  }

  private Slot newSlot() {
    var slot = new Slot(nextPosition, 0);
    nextPosition += SLOT_BYTES;
    return slot;
  }

  private void write(long name, Slot slot) {
    buffer.clear();
    buffer.putLong(name).putLong(slot.seq).putLong(checksum(name, slot.seq)).putLong(0).flip();
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
    // Clients from before epochs know no such conversation: to them the slot is damaged.
    return conversation == EPOCH ? ~crc.getValue() : crc.getValue();
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
