package io.chatserver.bench;

import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.FrameDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Our wire as clients speak it that lose nothing: messages have ids, what comes is acknowledged.
 */
final class AcknowledgingWire implements Wire {
  private final ModernWire wire = new ModernWire();

  /** Ids are unique to a sender, who may have sent in an earlier run. */
  private final String run = Long.toString(System.nanoTime(), Character.MAX_RADIX) + '-';

  @Override
  public String name() {
    return "acknowledging";
  }

  @Override
  public ByteBuf write(
      long rid, @Nullable Account self, Command command, ByteBufAllocator allocator) {
    var safe =
        switch (command) {
          case Command.SendDirect(var to, var text, _) ->
              new Command.SendDirect(to, text, new ClientMessageId(run + rid));
          case Command.SendGroup(var group, var text, _) ->
              new Command.SendGroup(group, text, new ClientMessageId(run + rid));
          default -> command;
        };
    return wire.write(rid, self, safe, allocator);
  }

  @Override
  public FrameDecoder.ObjectReader reader() {
    return wire.reader();
  }

  @Override
  public Command.Login login(Account account) {
    var login = wire.login(account);
    return new Command.Login(login.credentials(), false, new Command.Resume(Map.of()));
  }

  @Override
  public Command probe(Account account) {
    return wire.probe(account);
  }

  @Override
  public int loginsAtOnce() {
    return wire.loginsAtOnce();
  }

  @Override
  public boolean promisesDelivery() {
    return true;
  }

  @Override
  public boolean acknowledges() {
    return true;
  }
}
