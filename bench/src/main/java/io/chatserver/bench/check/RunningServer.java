package io.chatserver.bench.check;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A server that somebody else has started. */
record RunningServer(InetSocketAddress address) implements CheckedServer {
  @Override
  public @Nullable Jdbc stop() {
    return null;
  }

  @Override
  public void close() {}
}
