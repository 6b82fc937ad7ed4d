package io.chatserver.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCredentials;
import java.util.Objects;
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

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "redis://:one%40two@127.0.0.1:1 '' one@two",
        "redis://some%40body:pw@127.0.0.1 some@body pw",
        "rediss://:%40@127.0.0.1:1/2 '' @",
        "redis://:a+b%2Bc%25d%2Fe%3Af%3Fg%23h@127.0.0.1:1 '' a+b+c%d/e:f?g#h",
        "redis://:p:q@127.0.0.1:1 '' p:q",
        "redis://:%E4%B8%80%20%F0%9F%98%80@[::1]:1 '' '一 😀'",
        "redis://pw@127.0.0.1:1 '' pw",
      })
  void findsTheCredentialsInAUrl(String url, String user, String password) {
    var found = credentials(url);

    assertThat(found.hasUsername() ? found.getUsername() : "").isEqualTo(user);
    assertThat(new String(found.getPassword())).isEqualTo(password);
  }

  private static RedisCredentials credentials(String url) {
    var provider = RedisLink.uri(url).getCredentialsProvider();
    return Objects.requireNonNull(provider.resolveCredentials().toFuture().join());
  }
}
