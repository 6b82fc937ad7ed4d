package io.chatserver.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
  @Test
  void readsWhatPeopleWrite() {
    assertThat(ServerAddress.of("h", null, 6000, false))
        .isEqualTo(new ServerAddress("h", 6000, false));
    assertThat(ServerAddress.of("::1", 7, 6000, true)).isEqualTo(new ServerAddress("::1", 7, true));
    assertThat(ServerAddress.of("tls://chat.example.org:7", null, 6000, false))
        .isEqualTo(new ServerAddress("chat.example.org", 7, true));
    assertThat(ServerAddress.of("tls://[::1]:7", null, 6000, false))
        .isEqualTo(new ServerAddress("::1", 7, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://h:1",
        "tls://",
        "tls://h",
        "tls://h:x",
        "tls://h:0",
        "tls://h:70000",
        "tls://u@h:1",
        "tls://h:1/x",
        "tls://h:1?x"
      })
  void refusesOthers(String text) {
    assertThatThrownBy(() -> ServerAddress.of(text, null, 6000, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(".+");
  }

  @Test
  void refusesAPortThatIsWrittenTwice() {
    assertThatThrownBy(() -> ServerAddress.of("tls://h:1", 2, 6000, false))
        .hasMessageContaining("once");
  }
}
