package io.chatserver.bench;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameDecoder;
import io.chatserver.protocol.RequestWriter;
import io.chatserver.protocol.ResponseReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Our wire, every request with its {@code rid}. */
final class ModernWire implements Wire {
  private final ResponseReader reader = new ResponseReader();

  @Override
  public String name() {
    return "modern";
  }

  @Override
  public ByteBuf write(
      long rid, @Nullable Account self, Command command, ByteBufAllocator allocator) {
    return RequestWriter.write(new Frame.Request(rid, command), allocator);
  }

  @Override
  public FrameDecoder.ObjectReader reader() {
    return reader;
  }

  @Override
  public Command.Login login(Account account) {
    return new Command.Login(new Command.Identity.ByName(account.name()), account.password());
  }

  @Override
  public Command probe(Account account) {
    return new Command.Ping();
  }

  @Override
  public int loginsAtOnce() {
    // Passwords cost the server tens of milliseconds of CPU each, so more would only wait.
    return 8;
  }

  @Override
  public boolean promisesDelivery() {
    return true;
  }

  @Override
  public boolean acknowledges() {
    return false;
  }
}
