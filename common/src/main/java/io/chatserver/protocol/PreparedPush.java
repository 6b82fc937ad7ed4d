package io.chatserver.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCounted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry on its way to many connections: encoded once for each form that is met.
 *
 * <p>Threads: one event loop.
 */
public final class PreparedPush implements AutoCloseable {
  private final LogEntry entry;
  private final Map<Numbering, List<ByteBuf>> legacy = new HashMap<>(0);
  private @Nullable ByteBuf line;

  public PreparedPush(LogEntry entry) {
    this.entry = entry;
  }

  /** The entry. */
  public LogEntry entry() {
    return entry;
  }

  /** The bytes for another connection, which owns them: pieces that must be sent one by one. */
  public List<ByteBuf> pieces(FrameWriter writer, WireForm form, ByteBufAllocator allocator) {
    if (!form.isLegacy()) {
      return List.of(line(writer, allocator).retainedDuplicate());
    }
    var pieces = legacy.computeIfAbsent(form.numbering(), _ -> write(writer, form, allocator));
    if (pieces.size() == 1) {
      return List.of(pieces.getFirst().retainedDuplicate());
    }
    return pieces.stream().map(ByteBuf::retainedDuplicate).toList();
  }

  /**
   * The bytes for a modern connection. They still belong to this push: the caller must copy or
   * retain them.
   */
  public ByteBuf line(FrameWriter writer, ByteBufAllocator allocator) {
    if (line == null) {
      line = write(writer, WireForm.MODERN, allocator).getFirst();
    }
    return line;
  }

  private List<ByteBuf> write(FrameWriter writer, WireForm form, ByteBufAllocator allocator) {
    var push =
        entry instanceof ChatMessage message
            ? new Push.MessageReceived(message)
            : new Push.EntryReceived(entry);
    return writer.write(new Frame.Event(push), form, allocator);
  }

  /** Gives the bytes back that this holds; those handed out live on. */
  @Override
  public void close() {
    legacy.values().forEach(pieces -> pieces.forEach(ReferenceCounted::release));
    legacy.clear();
    if (line != null) {
      line.release();
      line = null;
    }
  }
}
