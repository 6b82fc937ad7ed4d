package io.chatserver.server.config;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * A range of addresses.
 *
 * @param address any of them
 * @param prefix how many bits all of them have in common
 */
public record Subnet(InetAddress address, int prefix) {
  public Subnet {
    if (prefix < 0 || prefix > bits(address)) {
      throw new IllegalArgumentException("a prefix of 0 to " + bits(address));
    }
  }

  /** Several subnets, as written in settings: {@code 127.0.0.1, 10.0.0.0/8}. */
  public record Several(List<Subnet> subnets) {
    public Several {
      subnets = List.copyOf(subnets);
    }

    /** Whether one of them contains an address. */
    public boolean contain(InetAddress address) {
      return subnets.stream().anyMatch(subnet -> subnet.contains(address));
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException if they are none
     */
    static Several parse(String text) {
      return text.isBlank()
          ? new Several(List.of())
          : new Several(Arrays.stream(text.split(",", -1)).map(Subnet::parse).toList());
    }
  }

  private static Subnet parse(String text) {
    var parts = text.strip().split("/", 2);
    var address = InetAddress.ofLiteral(parts[0]);
    return new Subnet(address, parts.length == 2 ? Integer.parseInt(parts[1]) : bits(address));
  }

  private boolean contains(InetAddress other) {
    var mine = address.getAddress();
    var others = other.getAddress();
    int bytes = prefix / Byte.SIZE;
    int bits = prefix % Byte.SIZE;
    return mine.length == others.length
        && Arrays.equals(mine, 0, bytes, others, 0, bytes)
        && (bits == 0 || ((mine[bytes] ^ others[bytes]) & 0xff) >> (Byte.SIZE - bits) == 0);
  }

  private static int bits(InetAddress address) {
    return address.getAddress().length * Byte.SIZE;
  }
}
