package io.chatserver.server.transport;

import io.chatserver.server.fault.CountedLog;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops accepting for a moment where that fails, for want of file descriptors say: the waiting
 * connection would make it fail again at once, for ever.
 *
 * <p>Threads: the event loop of the listening socket.
 */
final class AcceptPause extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(AcceptPause.class);
  private static final int PAUSE_MILLIS = 100;

  /**
   * So many are taken after each pause: those that wait may be many, and a user the last of them.
   */
  private static final int ROOM = 32;

  private final Doors doors;
  private final CountedLog failures = new CountedLog(log::warn);

  AcceptPause(Doors doors) {
    this.doors = doors;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failures.add(() -> "cannot accept a connection: " + cause.getMessage());
    doors.makeRoom(ROOM);
    var listener = ctx.channel().config();
    listener.setAutoRead(false);
    var _ =
        ctx.executor()
            .schedule(() -> listener.setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }
}
