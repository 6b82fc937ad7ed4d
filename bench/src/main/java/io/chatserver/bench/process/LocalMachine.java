package io.chatserver.bench.process;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** What has to be found out about this machine before a process can be started on it. */
public final class LocalMachine {
  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 30_000;
  private static final int ATTEMPTS = 100;

  private LocalMachine() {}

  /**
   * A free port of the loopback address, below those that the kernel gives to outgoing connections:
   * while the server of such a port is down, a client could be given it, and even meet itself.
   */
  static int freePort() {
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new ProcessFailed("no free port from " + FIRST_PORT + " to " + LAST_PORT);
  }

  /** The loopback address with a port that is free. */
  public static InetSocketAddress freeAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
  }

  static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** A program of the search path, or of the directories of servers, which it often lacks. */
  static String program(String name, String debianPackage) {
    var path = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1);
    return Stream.concat(Stream.of(path), Stream.of("/usr/sbin", "/usr/local/sbin", "/sbin"))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElseThrow(
            () -> new ProcessFailed(name + " is not installed: apt-get install " + debianPackage));
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }
}
