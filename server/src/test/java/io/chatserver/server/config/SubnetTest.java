package io.chatserver.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SubnetTest {
  @ParameterizedTest
  @CsvSource({
    "'127.0.0.0/8', 127.9.8.7, true",
    "'127.0.0.0/8', 128.0.0.1, false",
    "'10.0.0.1', 10.0.0.1, true",
    "'10.0.0.1', 10.0.0.2, false",
    "'0.0.0.0/0', 255.255.255.255, true",
    "'0.0.0.0/0', ::1, false",
    "'2001:db8::/32', 2001:db8:ffff::1, true",
    "'2001:db8::/32', 2001:db9::1, false",
    "'10.0.0.0/8, 192.168.0.0/25', 192.168.0.127, true",
    "'10.0.0.0/8, 192.168.0.0/25', 192.168.0.128, false",
    "'', 10.0.0.1, false"
  })
  void containsTheAddressesOfItsSubnets(String subnets, String address, boolean contains) {
    var several = Subnet.Several.parse(subnets);

    assertThat(several.contain(InetAddress.ofLiteral(address))).isEqualTo(contains);
  }
}
