package io.chatserver.server.transport;

import io.chatserver.server.fault.CountedLog;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops accepting for a moment after a failure, for example when file descriptors run out. Without
 * the pause the waiting connection would make accepting fail again at once, for ever.
 *
 * <p>Threads: the event loop of the listening socket.
 */
final class AcceptPause extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(AcceptPause.class);
  private static final int PAUSE_MILLIS = 100;

  /**
   * The number of connections to close before each pause: many may wait in the backlog, and a user
   * may be the last of them.
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
