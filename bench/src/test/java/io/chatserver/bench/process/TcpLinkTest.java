package io.chatserver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpLinkTest {
  private ServerSocket server;
  private TcpLink link;

  /** The two ends of a connection. */
  private record Pair(Socket client, Socket server) implements AutoCloseable {
    private void carries(int value) throws IOException {
      client.getOutputStream().write(value);
      assertThat(server.getInputStream().read()).isEqualTo(value);
      server.getOutputStream().write(value + 1);
      assertThat(client.getInputStream().read()).isEqualTo(value + 1);
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    link = TcpLink.to(server.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    link.close();
    server.close();
  }

  private Socket connect() throws IOException {
    var client = new Socket(InetAddress.getLoopbackAddress(), link.port());
    client.setSoTimeout(5_000);
    return client;
  }

  private Pair connected() throws IOException {
    var client = connect();
    var accepted = server.accept();
    accepted.setSoTimeout(5_000);
    return new Pair(client, accepted);
  }

  @Test
  void carriesBothWaysUntilOneSideEnds() throws IOException {
    try (var pair = connected()) {
      pair.carries(1);
      pair.client.close();
      assertThat(pair.server.getInputStream().read()).isNegative();
    }
  }

  @Test
  void breaksWhatIsOpenWhenItIsCut() throws IOException {
    assertThat(link.isUsed()).isFalse();
    try (var pair = connected()) {
      pair.carries(1);
      assertThat(link.isUsed()).isTrue();

      link.cut();

      assertThat(link.isUsed()).isFalse();

      assertThatThrownBy(() -> pair.client.getInputStream().read()).hasMessageContaining("reset");
      assertThatThrownBy(() -> pair.server.getInputStream().read()).hasMessageContaining("reset");
    }
  }

  @Test
  void letsNobodyThroughUntilItIsMended() throws IOException {
    link.cut();
    try (var refused = connect()) {
      assertThatThrownBy(() -> refused.getInputStream().read()).hasMessageContaining("reset");
    }
    link.mend();
    try (var pair = connected()) {
      pair.carries(1);
    }
  }

  @Test
  void keepsBackWhatComesWhileItStalls() throws IOException {
    try (var pair = connected()) {
      pair.carries(1);
      link.stall();
      pair.client.getOutputStream().write(7);
      pair.server.setSoTimeout(200);
      assertThatThrownBy(() -> pair.server.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);

      link.mend();

      pair.server.setSoTimeout(5_000);
      assertThat(pair.server.getInputStream().read()).isEqualTo(7);
      pair.carries(1);
    }
  }

  @Test
  void aStalledLinkCanBeCut() throws IOException {
    try (var pair = connected()) {
      link.stall();
      pair.client.getOutputStream().write(7);
      link.cut();
      assertThatThrownBy(() -> pair.server.getInputStream().read()).hasMessageContaining("reset");
    }
  }

  @Test
  void isGoneWhereTheServerIs() throws IOException {
    server.close();
    try (var client = connect()) {
      assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
    }
  }
}
