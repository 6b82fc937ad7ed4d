package io.chatserver.bench;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.FrameDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The form in which virtual users speak to a server.
 *
 * <p>Threads: any.
 */
sealed interface Wire permits ModernWire, AcknowledgingWire, OriginalWire {
  /** As {@code --wire} has it. */
  String name();

  /**
   * Writes a command; the buffer belongs to the caller.
   *
   * @param self who speaks, null before the login
   */
  ByteBuf write(long rid, @Nullable Account self, Command command, ByteBufAllocator allocator);

  /** Understands what the server says. */
  FrameDecoder.ObjectReader reader();

  /** The login of an account, as this form names it. */
  Command.Login login(Account account);

  /** What a user who is logged in can ask at any time and gets an answer to. */
  Command probe(Account account);

  /** How many users log in, or join groups, at a time while they are brought up. */
  int loginsAtOnce();

  /** Whether sends are acknowledged and messages numbered, so that none may be missing. */
  boolean promisesDelivery();

  /** Whether users say what they have received. */
  boolean acknowledges();
}
