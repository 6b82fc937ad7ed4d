package io.chatserver.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCounted;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A message on its way to many connections: encoded once for each form that is met.
 *
 * <p>Threads: one event loop.
 */
public final class PreparedPush implements AutoCloseable {
  private final ChatMessage message;
  private final Map<WireForm, List<ByteBuf>> encoded = new EnumMap<>(WireForm.class);

  public PreparedPush(ChatMessage message) {
    this.message = message;
  }

  /** The message. */
  public ChatMessage message() {
    return message;
  }

  /** The bytes for another connection, which owns them: pieces that must be sent one by one. */
  public List<ByteBuf> pieces(FrameWriter writer, WireForm form, ByteBufAllocator allocator) {
    var pieces = encoded(writer, form, allocator);
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
    return encoded(writer, WireForm.MODERN, allocator).getFirst();
  }

  private List<ByteBuf> encoded(FrameWriter writer, WireForm form, ByteBufAllocator allocator) {
    var pieces = encoded.get(form);
    if (pieces == null) {
      pieces = writer.write(new Frame.Event(new Push.MessageReceived(message)), form, allocator);
      encoded.put(form, pieces);
    }
    return pieces;
  }

  /** Gives the bytes back that this holds; those handed out live on. */
  @Override
  public void close() {
    encoded.values().forEach(pieces -> pieces.forEach(ReferenceCounted::release));
    encoded.clear();
  }
}
