package io.chatserver.server.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NodeSealTest {
  private static final byte[] PAYLOAD = "what nodes tell".getBytes(UTF_8);

  private static final String EPOCH = "0123456789abcdef";

  private final NodeSeal seal = new NodeSeal("key".getBytes(UTF_8));

  @Test
  void opensWhatItSealed() {
    assertThat(seal.open(EPOCH, seal.seal(EPOCH, PAYLOAD))).isEqualTo(PAYLOAD);
    assertThat(seal.open(EPOCH, seal.seal(EPOCH, new byte[0]))).isEmpty();
  }

  /** RFC 4231, test case 2. */
  @Test
  void isThatOfTheStandard() {
    var jefe = new NodeSeal("Jefe".getBytes(UTF_8));

    assertThat(
            HexFormat.of().formatHex(jefe.seal("what do ya ", "want for nothing?".getBytes(UTF_8))))
        .startsWith("5bdcc146bf60754e6a042426089575c7");
  }

  @Test
  void refusesAnythingElse() {
    var sealed = seal.seal(EPOCH, PAYLOAD);
    for (int i = 0; i < sealed.length; i++) {
      var changed = sealed.clone();
      changed[i] ^= 1;
      assertThatIllegalArgumentException().isThrownBy(() -> seal.open(EPOCH, changed));
    }
    var other = new NodeSeal("another key".getBytes(UTF_8));
    assertThatIllegalArgumentException().isThrownBy(() -> other.open(EPOCH, sealed));
    assertThatIllegalArgumentException().isThrownBy(() -> seal.open("fedcba9876543210", sealed));
    assertThatIllegalArgumentException().isThrownBy(() -> seal.open(EPOCH, PAYLOAD));
    assertThatIllegalArgumentException().isThrownBy(() -> seal.open(EPOCH, new byte[0]));
  }
}
