package io.chatserver.bench.check;

import io.chatserver.tls.ClientTls;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a server accepts connections.
 *
 * @param tls null for connections without TLS
 */
public record Door(InetSocketAddress address, @Nullable ClientTls tls) {
  /** One without TLS. */
  public static Door plain(InetSocketAddress address) {
    return new Door(address, null);
  }
}
