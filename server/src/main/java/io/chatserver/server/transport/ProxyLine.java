package io.chatserver.server.transport;

import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses a PROXY header of version 1, which is a line. Netty's parser refuses port 0, which
 * balancers send for clients with an unknown port.
 */
final class ProxyLine {
  /** The specification's limit, including the line end. */
  static final int MAX_BYTES = 107;

  private static final int MAX_PORT = 65_535;
  private static final Pattern UNKNOWN = Pattern.compile("PROXY UNKNOWN( .*)?\r\n");
  private static final Pattern ADDRESSES =
      Pattern.compile("PROXY (TCP[46]) (\\S+) (\\S+) (\\d{1,5}) (\\d{1,5})\r\n");

  private ProxyLine() {}

  /**
   * Parses a header.
   *
   * @param line the header with its line end
   * @throws IllegalArgumentException if it is not a header
   */
  static HAProxyMessage parse(CharSequence line) {
    if (UNKNOWN.matcher(line).matches()) {
      return message(HAProxyProxiedProtocol.UNKNOWN, null, null, 0, 0);
    }
    var match = ADDRESSES.matcher(line);
    if (!match.matches()) {
      throw new IllegalArgumentException("not a PROXY header");
    }
    return message(
        HAProxyProxiedProtocol.valueOf(match.group(1)),
        match.group(2),
        match.group(3),
        port(match.group(4)),
        port(match.group(5)));
  }

  private static HAProxyMessage message(
      HAProxyProxiedProtocol protocol,
      @Nullable String source,
      @Nullable String destination,
      int sourcePort,
      int destinationPort) {
    return new HAProxyMessage(
        HAProxyProtocolVersion.V1,
        HAProxyCommand.PROXY,
        protocol,
        source,
        destination,
        sourcePort,
        destinationPort);
  }

  private static int port(String text) {
    int port = Integer.parseInt(text);
    if (port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port);
    }
    return port;
  }
}
