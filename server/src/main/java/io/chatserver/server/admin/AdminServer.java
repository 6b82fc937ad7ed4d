package io.chatserver.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.chatserver.server.config.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Health, readiness and metrics by HTTP. It changes nothing, and asks nobody who he is.
 *
 * <p>Threads: any; each request has a virtual one.
 */
public final class AdminServer implements AutoCloseable {
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final JsonMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final Observed parts;
  private final LoadReport load;
  private final HttpServer http;
  private final Metrics metrics;
  private final ExecutorService adminExecutor =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());

  /** What a path is answered with. */
  private record Answer(int status, String type, String body) {}

  /**
   * Starts it.
   *
   * @throws IOException if the address cannot be listened on
   */
  public AdminServer(ServerConfig.Admin config, Observed parts, LoadReport load)
      throws IOException {
    this.parts = parts;
    this.load = load;
    http = bound(config);
    metrics = new Metrics(parts);
    serve("/health", this::health);
    serve("/ready", this::ready);
    serve("/metrics", () -> new Answer(200, PROMETHEUS, metrics.text()));
    http.setExecutor(adminExecutor);
    http.start();
  }

  private static HttpServer bound(ServerConfig.Admin config) throws IOException {
    var address = new InetSocketAddress(config.host(), config.port());
    try {
      if (address.isUnresolved()) {
        throw new IOException("admin.host names no address");
      }
      return HttpServer.create(address, 0);
    } catch (IOException e) {
      var where = config.host() + ":" + config.port();
      throw new IOException("cannot listen on " + where + ": " + e.getMessage(), e);
    }
  }

  private Answer health() {
    try {
      return new Answer(200, JSON, MAPPER.writeValueAsString(Health.of(parts, load.get())) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Whether new clients may come. Without the database they may: it fails for all nodes at once,
   * and then they are told so and keep what they have to say.
   */
  private Answer ready() {
    return parts.transport().isDraining()
        ? new Answer(503, TEXT, "draining\n")
        : new Answer(200, TEXT, "ready\n");
  }

  private void serve(String path, Supplier<Answer> answer) {
    http.createContext(
        path,
        exchange -> {
          try (exchange) {
            boolean isHere = exchange.getRequestURI().getPath().equals(path);
            boolean isGet = exchange.getRequestMethod().equals("GET");
            send(
                exchange,
                !isHere
                    ? new Answer(404, TEXT, "not found\n")
                    : isGet ? answer.get() : new Answer(405, TEXT, "GET only\n"));
          }
        });
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    var body = answer.body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      // That has no body, and whoever names a length writes a warning to the log.
      exchange.sendResponseHeaders(answer.status, -1);
    } else {
      exchange.sendResponseHeaders(answer.status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    http.stop(0);
    adminExecutor.shutdownNow();
    metrics.close();
  }
}
