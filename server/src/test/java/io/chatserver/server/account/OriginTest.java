package io.chatserver.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "2001:db8:1:2::1, 2001:db8:1:2:ffff:ffff:ffff:ffff, true",
    "2001:db8:1:2::1, 2001:db8:1:3::1, false",
    "::1, 127.0.0.1, false",
  })
  void countsOneAddressOrOneNetworkOfIpv6(String one, String other, boolean same) {
    var origin = Origin.of(InetAddress.ofLiteral(one));

    assertThat(origin.equals(Origin.of(InetAddress.ofLiteral(other)))).isEqualTo(same);
  }

  /** Sockets that serve both kinds of addresses give IPv4 ones in this form. */
  @Test
  void aMappedAddressIsTheIpv4Address() throws UnknownHostException {
    var bytes = new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 1};
    var mapped = Inet6Address.getByAddress("", bytes, 0);

    assertThat(Origin.of(mapped)).isEqualTo(Origin.of(InetAddress.ofLiteral("192.0.2.1")));
    assertThat(new Applicant(mapped).address()).isEqualTo(InetAddress.ofLiteral("192.0.2.1"));
  }
}
