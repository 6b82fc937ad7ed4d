package io.chatserver.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class AddressBlockTest {
  private static AddressBlock of(String address) {
    return AddressBlock.of(InetAddress.ofLiteral(address));
  }

  @Test
  void anIpv4AddressStandsForItself() {
    assertThat(of("203.0.113.7")).isEqualTo(of("203.0.113.7")).isNotEqualTo(of("203.0.113.8"));
    assertThat(of("203.0.113.7")).hasToString("203.0.113.7");
    assertThat(of("1.2.3.4")).hasToString("1.2.3.4");
  }

  @Test
  void ofAnIpv6AddressTheFirst64BitsCount() {
    assertThat(of("2001:db8:0:7::1")).isEqualTo(of("2001:db8:0:7:ffff::2"));
    assertThat(of("2001:db8:0:7::1")).isNotEqualTo(of("2001:db8:0:8::1"));
    assertThat(of("2001:db8:0:7::1")).hasToString("2001:db8:0:7::/64");
    assertThat(of("::1")).isNotEqualTo(of("0.0.0.0"));
  }

  @Test
  void anIpv4AddressThatIsMappedToIpv6CountsAsIpv4() throws UnknownHostException {
    var bytes = new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 203, 0, 113, 7};

    assertThat(AddressBlock.of(Inet6Address.getByAddress(null, bytes, -1)))
        .isEqualTo(of("203.0.113.7"));
  }
}
