package io.chatserver.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Many connections that log in and then read nothing.
 *
 * <p>Threads: one.
 */
final class Crowd implements AutoCloseable {
  private static final int RECEIVE_BUFFER = 2048;

  private final List<SocketChannel> channels = new ArrayList<>();

  /**
   * Connects and logs in; all logins are under way at once.
   *
   * @param login the login of each, without the end of the line
   */
  static Crowd loggedIn(int port, int count, IntFunction<String> login) {
    var crowd = new Crowd();
    try {
      for (int i = 0; i < count; i++) {
        crowd.connect(port, login.apply(i) + "\n");
      }
      for (var channel : crowd.channels) {
        readLine(channel);
        channel.configureBlocking(false);
      }
      return crowd;
    } catch (IOException e) {
      crowd.close();
      throw new UncheckedIOException(e);
    }
  }

  private void connect(int port, String login) throws IOException {
    var channel = SocketChannel.open();
    channels.add(channel);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.write(bytes(login));
  }

  private static void readLine(SocketChannel channel) throws IOException {
    var one = ByteBuffer.allocate(1);
    int read;
    do {
      read = channel.read(one.clear());
    } while (read > 0 && one.get(0) != '\n');
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }

  /** Each sends what the system takes of this. */
  void send(IntFunction<String> text) {
    for (int i = 0; i < channels.size(); i++) {
      try {
        channels.get(i).write(bytes(text.apply(i)));
      } catch (IOException _) {
        // Closed for want of memory.
      }
    }
  }

  @Override
  public void close() {
    for (var channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
