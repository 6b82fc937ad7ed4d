package io.chatserver.bench.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Asks nodes how they are.
 *
 * <p>Threads: one.
 */
final class HealthReader implements AutoCloseable {
  /** A node without a database says so after 3 s ({@code storage.connect_timeout}). */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  /** How the node is that tells it at a port of this machine. */
  NodeHealth read(int port) throws InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + port + "/health");
    var request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
    try {
      return NodeHealth.parse(http.send(request, BodyHandlers.ofString()).body());
    } catch (IOException _) {
      return NodeHealth.DOWN;
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
