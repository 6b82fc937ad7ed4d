package io.chatserver.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The first who opens an account and logs in after a server has started. By a plain socket, because
 * what the load generator itself needs to come up is not to be counted.
 */
final class FirstLogin {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final String NAME_AND_PASSWORD =
      "\"name\":\"first\",\"password\":\"the first one\"}\n";

  private FirstLogin() {}

  static void at(InetSocketAddress server) {
    try (var socket = new Socket(server.getAddress(), server.getPort())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      ask(socket, in, "{\"msgid\":4,\"rid\":1," + NAME_AND_PASSWORD);
      ask(socket, in, "{\"msgid\":1,\"rid\":2," + NAME_AND_PASSWORD);
    } catch (IOException e) {
      throw new BenchFailed("the first login at " + server + ": " + e, e);
    }
  }

  private static void ask(Socket socket, BufferedReader in, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    var reply = in.readLine();
    if (reply == null || !reply.contains("\"errno\":0")) {
      throw new IOException("the answer was " + reply);
    }
  }
}
