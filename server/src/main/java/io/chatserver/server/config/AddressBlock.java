package io.chatserver.server.config;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The addresses that count as one client: an IPv4 address, or a /64 of IPv6, which providers give
 * to one customer. An IPv4 address mapped to IPv6 counts as IPv4.
 *
 * @param isV6 whether it is a block of IPv6
 * @param prefix the IPv4 address, or the upper half of the IPv6 address
 */
public record AddressBlock(boolean isV6, long prefix) {
  private static final int V4_BYTES = 4;
  private static final int V6_BYTES = 16;
  private static final int MAPPED_MARK = 0xffff;

  /** The block of an address. */
  public static AddressBlock of(InetAddress address) {
    var bytes = ByteBuffer.wrap(address.getAddress());
    if (bytes.remaining() == V4_BYTES) {
      return new AddressBlock(false, bytes.getInt());
    }
    boolean mapped = bytes.getLong(0) == 0 && bytes.getInt(Long.BYTES) == MAPPED_MARK;
    return mapped
        ? new AddressBlock(false, bytes.getInt(V6_BYTES - V4_BYTES))
        : new AddressBlock(true, bytes.getLong(0));
  }

  /** Such as {@code 203.0.113.7} or {@code 2001:db8:0:7::/64}. */
  @Override
  public String toString() {
    if (!isV6) {
      return "%d.%d.%d.%d"
          .formatted(prefix >> 24 & 0xff, prefix >> 16 & 0xff, prefix >> 8 & 0xff, prefix & 0xff);
    }
    return "%x:%x:%x:%x::/64"
        .formatted(prefix >>> 48, prefix >>> 32 & 0xffff, prefix >>> 16 & 0xffff, prefix & 0xffff);
  }
}
