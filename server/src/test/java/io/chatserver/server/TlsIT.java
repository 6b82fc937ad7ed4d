package io.chatserver.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chatserver.bench.check.StartedServer;
import io.chatserver.bench.process.ServerProcess;
import io.chatserver.bench.process.TestAuthority;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server as a process, by each of the two libraries, as {@code openssl s_client} sees it. */
class TlsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String NAMES = "DNS:localhost";
  private static final String PING = "{\"msgid\":12,\"rid\":1}\n";
  private static final String PONG = "\"msgid\":13";

  @TempDir private static Path directory;
  private static TestAuthority authority;

  @BeforeAll
  static void makeAuthority() {
    authority = TestAuthority.create(directory.resolve("authority"));
  }

  /** An {@code openssl s_client} on a server. */
  private static final class Client implements AutoCloseable {
    private final Process process;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final Thread reader;

    Client(ServerProcess server, String... options) throws IOException {
      var command = new ArrayList<>(List.of("openssl", "s_client", "-verify_return_error"));
      command.addAll(List.of("-connect", "127.0.0.1:" + server.port()));
      command.addAll(List.of("-verify_hostname", "localhost"));
      command.addAll(List.of("-CAfile", authority.certificate().toString()));
      command.addAll(List.of(options));
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      reader = Thread.ofVirtual().start(this::read);
    }

    private void read() {
      try {
        process.getInputStream().transferTo(output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void write(String text) throws IOException {
      process.getOutputStream().write(text.getBytes(UTF_8));
      process.getOutputStream().flush();
    }

    String output() {
      return output.toString(UTF_8);
    }

    Client await(String text) {
      Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(output()).contains(text));
      return this;
    }

    /** All that it printed, when the server has closed the connection. */
    String awaitEnd() throws InterruptedException {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(output()).isTrue();
      reader.join(PATIENCE);
      return output();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static ServerProcess start(String name, TestAuthority.Signed signed, String options)
      throws IOException {
    var settings = new HashMap<>(ServerProcess.embedded(directory.resolve(name)));
    settings.putAll(StartedServer.CHEAP_PASSWORDS);
    settings.putAll(signed.settings(0));
    settings.put("listen.plain", "off");
    var home = new File(System.getProperty("basedir", ".")).getCanonicalFile().getParentFile();
    var launcher = directory.resolve(name + ".sh");
    Files.writeString(
        launcher,
        "#!/bin/sh\nJAVA_OPTS=\"$JAVA_OPTS "
            + options
            + "\" exec "
            + home
            + "/bin/server \"$@\"\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    return ServerProcess.start(launcher, settings);
  }

  @Test
  void boringSslServesAndRefusesAsItShould() throws Exception {
    var signed = authority.sign("boringssl", NAMES, 365);
    try (var server = start("boringssl", signed, "")) {
      assertThat(server.output()).contains("with TLS (BoringSSL)");
      servesBothVersions(server);
      refusesOldVersions(server);
      refusesToNegotiateAgain(server);
      takesANewCertificateAtHup(server);
      tellsTheLastWordAndTheEnd(server);
    }
  }

  @Test
  void theJdkServesAndRefusesAsItShould() throws Exception {
    var signed = authority.sign("jdk", NAMES, 365);
    try (var server = start("jdk", signed, "-Dio.netty.handler.ssl.noOpenSsl=true")) {
      assertThat(server.output()).contains("with TLS (the JDK)");
      servesBothVersions(server);
      refusesOldVersions(server);
      refusesToNegotiateAgain(server);
      tellsTheLastWordAndTheEnd(server);
    }
  }

  private static void servesBothVersions(ServerProcess server) throws IOException {
    for (var version : List.of("-tls1_2", "-tls1_3")) {
      try (var client = new Client(server, version)) {
        client.await("Verify return code: 0 (ok)").write(PING);
        client.await(PONG);
      }
    }
  }

  private static void refusesOldVersions(ServerProcess server) throws Exception {
    try (var client = new Client(server, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0")) {
      assertThat(client.awaitEnd()).contains("alert protocol version");
    }
  }

  private static void refusesToNegotiateAgain(ServerProcess server) throws Exception {
    try (var client = new Client(server, "-tls1_2")) {
      client.await("Verify return code: 0 (ok)").write("R\n");

      assertThat(client.await("RENEGOTIATING").awaitEnd())
          .containsAnyOf("no renegotiation", "alert handshake failure", "alert no renegotiation");
    }
    try (var client = new Client(server, "-tls1_2")) {
      client.await("Verify return code: 0 (ok)").write(PING);
      client.await(PONG);
    }
  }

  private static void takesANewCertificateAtHup(ServerProcess server) throws Exception {
    try (var staying = new Client(server)) {
      staying.await("Verify return code: 0 (ok)");
      var _ = authority.sign("boringssl", "DNS:renewed.example.org", 365);
      new ProcessBuilder("kill", "-HUP", Long.toString(server.pid())).start().waitFor();
      await().atMost(PATIENCE).until(() -> server.output().contains("a new certificate is used"));
      staying.write(PING);
      staying.await(PONG);
    }
    try (var client = new Client(server)) {
      assertThat(client.awaitEnd()).containsIgnoringCase("hostname mismatch");
    }
    var _ = authority.sign("boringssl", NAMES, 365);
    await()
        .atMost(PATIENCE)
        .until(() -> server.output().split("a new certificate is used", -1).length > 2);
  }

  /** Without close_notify it would say "unexpected eof while reading". */
  private static void tellsTheLastWordAndTheEnd(ServerProcess server) throws Exception {
    try (var client = new Client(server)) {
      client.await("Verify return code: 0 (ok)").write(PING);
      client.await(PONG);
      server.terminate();

      assertThat(client.awaitEnd()).contains("\"code\":3000").doesNotContain("unexpected eof");
    }
  }
}
