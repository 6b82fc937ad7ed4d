package io.chatserver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NginxConfigTest {
  private static final String SHIPPED =
      """
      pid /run/nginx.pid;
      error_log stderr warn;
      stream {
        access_log /var/log/nginx/chat.log chat buffer=32k;
        upstream chatserver {
          # server 127.0.0.1:6009;
          server 127.0.0.1:6001 max_fails=3;
          server 127.0.0.1:6002 max_fails=3;
        }
        server {
          listen 8000 so_keepalive=60s:15s:4;
          proxy_pass chatserver;
          proxy_protocol on;
        }
      }
      """;

  @Test
  void onlyPortsAndPlacesAreReplaced() {
    assertThat(new NginxConfig(SHIPPED).at(Path.of("/d"), 1234, List.of(71, 72)))
        .isEqualTo(
            """
            daemon off;
            pid /d/nginx.pid;
            error_log stderr notice;
            stream {
              access_log /d/access.log chat buffer=32k;
              upstream chatserver {
                # server 127.0.0.1:6009;
                server 127.0.0.1:71 max_fails=3;
                server 127.0.0.1:72 max_fails=3;
              }
              server {
                listen 127.0.0.1:1234 so_keepalive=60s:15s:4;
                proxy_pass chatserver;
                proxy_protocol on;
                proxy_bind 127.0.0.2;
              }
            }
            """);
  }

  @Test
  void serversWithoutANodeAreLeftOut() {
    assertThat(new NginxConfig(SHIPPED).at(Path.of("/d"), 1234, List.of(71)))
        .contains("127.0.0.1:71 max_fails=3;\n  }")
        .doesNotContain("6002");
  }

  @Test
  void knowsWhetherNodesAreToldTheClientsAddress() {
    assertThat(new NginxConfig(SHIPPED).tellsClientAddress()).isTrue();
    assertThat(new NginxConfig("  # proxy_protocol on;").tellsClientAddress()).isFalse();
  }

  @Test
  void refusesAFileThatIsNotAsExpected() {
    var config = new NginxConfig(SHIPPED);
    assertThatThrownBy(() -> config.at(Path.of("/d"), 1, List.of(71, 72, 73)))
        .hasMessageContaining("fewer");
    assertThatThrownBy(() -> new NginxConfig("").at(Path.of("/d"), 1, List.of()))
        .hasMessageContaining("nothing like");
  }
}
