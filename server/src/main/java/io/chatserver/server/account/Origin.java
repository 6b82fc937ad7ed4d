package io.chatserver.server.account;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Where a connection comes from, as limits count it: an IPv4 address, or the /64 network of an IPv6
 * address, for a customer of a provider has at least that much.
 *
 * @param network the address, or the first one of the network
 */
public record Origin(InetAddress network) {
  private static final int NETWORK_BYTES = 8;
  private static final int MAPPED_PREFIX_BYTES = 12;

  /** The origin of an address. */
  public static Origin of(InetAddress address) {
    if (!(unmapped(address) instanceof Inet6Address inet6)) {
      return new Origin(unmapped(address));
    }
    var bytes = inet6.getAddress();
    Arrays.fill(bytes, NETWORK_BYTES, bytes.length, (byte) 0);
    return new Origin(addressOf(bytes));
  }

  /** The IPv4 address that an IPv6 address stands for ({@code ::ffff:192.0.2.1}), or the same. */
  public static InetAddress unmapped(InetAddress address) {
    var bytes = address.getAddress();
    return isMapped(bytes)
        ? addressOf(Arrays.copyOfRange(bytes, MAPPED_PREFIX_BYTES, bytes.length))
        : address;
  }

  private static boolean isMapped(byte[] bytes) {
    if (bytes.length <= MAPPED_PREFIX_BYTES || bytes[10] != -1 || bytes[11] != -1) {
      return false;
    }
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static InetAddress addressOf(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  @Override
  public String toString() {
    return network.getHostAddress();
  }
}
