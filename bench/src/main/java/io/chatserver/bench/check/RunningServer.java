package io.chatserver.bench.check;

import org.jspecify.annotations.Nullable;

/** A server that somebody else has started. */
record RunningServer(Door door) implements CheckedServer {
  @Override
  public @Nullable Jdbc stop() {
    return null;
  }

  @Override
  public void close() {}
}
