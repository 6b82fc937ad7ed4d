package io.chatserver.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisLinkTest {
  @ParameterizedTest
  @CsvSource({
    "redis://:s3cret@the_redis:7000/1?timeout=1s, the_redis, 7000",
    "redis://:s3cret@the_redis/1, the_redis, 6379",
    "redis://:s3cret@redis-1.local:7000/1, redis-1.local, 7000",
    "rediss://:s3cret@[::1]:7000/1, [::1], 7000",
    "rediss://:s3cret@[::1]/1, [::1], 6379",
  })
  void findsTheServerInAUrl(String url, String host, int port) {
    var uri = RedisLink.uri(url);

    assertThat(uri.getHost()).isEqualTo(host);
    assertThat(uri.getPort()).isEqualTo(port);
    assertThat(uri.getDatabase()).isEqualTo(1);
  }
}
