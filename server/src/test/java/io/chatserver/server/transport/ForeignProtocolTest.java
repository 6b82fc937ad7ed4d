package io.chatserver.server.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignProtocolTest {
  private static final String REGISTER =
      "{\"msgid\":4,\"rid\":1,\"name\":\"x\",\"password\":\"x\"}\n";

  private final ConnectionMeter meter = new ConnectionMeter();
  private final EmbeddedChannel channel = new EmbeddedChannel(new ForeignProtocol(meter));

  private void receive(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, ISO_8859_1));
  }

  private String passedOn() {
    var passed = new StringBuilder();
    for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
      passed.append(next.toString(ISO_8859_1));
      next.release();
    }
    return passed.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\n",
        "\r\n\r\n OPTIONS * HTTP/1.1\r\n",
        "CONNECT x:1 HTTP/1.1\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "SSH-2.0-OpenSSH_9\r\n",
        "\u0016\u0003\u0001\u0002\u0000"
      })
  void isClosedHoweverItIsCut(String beginning) {
    for (int cut = 0; cut < beginning.length(); cut++) {
      var each = new EmbeddedChannel(new ForeignProtocol(meter));
      each.writeInbound(Unpooled.copiedBuffer(beginning.substring(0, cut), ISO_8859_1));
      if (each.isOpen()) {
        each.writeInbound(Unpooled.copiedBuffer(beginning.substring(cut) + REGISTER, ISO_8859_1));
      }

      assertThat(each.isOpen()).as("cut at %s", cut).isFalse();
      assertThat(each.<Object>readInbound()).isNull();
      assertThat(each.<Object>readOutbound()).isNull();
      each.finishAndReleaseAll();
    }
    assertThat(meter.foreign()).isEqualTo(beginning.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello\n", "POSTER\n", "\ufeff", "P{", "post \n", "\u0016\n"})
  void everythingElseIsHandedOn(String beginning) {
    for (char character : (beginning + REGISTER).toCharArray()) {
      receive("" + character);
    }

    assertThat(passedOn()).isEqualTo((beginning + REGISTER).replace('\ufeff', '?'));
    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.pipeline().get(ForeignProtocol.class)).isNull();
    assertThat(meter.foreign()).isZero();
  }

  @Test
  void blanksAreNotKept() {
    receive(" \r\n\0".repeat(10_000));

    assertThat(passedOn()).isEmpty();
    receive(REGISTER);
    assertThat(passedOn()).isEqualTo(REGISTER);
  }
}
