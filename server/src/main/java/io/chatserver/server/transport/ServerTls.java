package io.chatserver.server.transport;

import io.chatserver.server.config.Listen;
import io.chatserver.tls.PemException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server side of TLS: holds the certificate and key, and reads them again when their files
 * change. Connections keep the certificate that they began with.
 *
 * <p>Uses BoringSSL if it loads, else the JDK's TLS.
 *
 * <p>Threads: any.
 */
public final class ServerTls implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServerTls.class);

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /**
   * The ciphers with forward secrecy and authenticated encryption: Mozilla's "intermediate" list.
   */
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /** A client with a slow line needs three round trips, and one of them may be lost. */
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  /**
   * Sessions that clients can resume, of a few kilobytes each. The server issues no TLS tickets.
   */
  private static final int MAX_SESSIONS = 1000;

  private static final Duration SESSION_LIFETIME = Duration.ofMinutes(5);

  private static final Duration POLL = Duration.ofSeconds(2);

  /** The time before expiry from which the server logs a warning once a day. */
  private static final Duration EXPIRY_WARNING = Duration.ofDays(7);

  private static final Duration WARNING_INTERVAL = Duration.ofDays(1);

  private final Listen settings;
  private final Clock clock;
  private final SslProvider provider;
  private final ScheduledExecutorService poller;
  private final LongAdder handshakes = new LongAdder();
  private final LongAdder failedHandshakes = new LongAdder();

  /** Guards the context: it must not be released while it creates a handler. */
  private final Object contextLock = new Object();

  private SslContext context;
  private volatile TlsIdentity identity;

  // The following fields belong to the file reader, under the lock of this.
  private FileStamps loaded;
  private FileStamps lastSeen;
  private @Nullable String lastFailure;
  private Instant nextWarning = Instant.MIN;

  private ServerTls(Listen settings, Clock clock) throws IOException {
    this.settings = settings;
    this.clock = clock;
    provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    if (provider == SslProvider.JDK) {
      log.info(
          "TLS by the JDK, for BoringSSL does not load: {}", whyNot(OpenSsl.unavailabilityCause()));
    }
    loaded = stamps();
    lastSeen = loaded;
    try {
      identity = TlsIdentity.read(settings);
      context = contextOf(identity);
    } catch (PemException e) {
      throw new IOException(e.getMessage(), e);
    }
    warnIfExpiring();
    poller =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("tls-files").daemon().factory());
    var _ =
        poller.scheduleWithFixedDelay(
            this::poll, POLL.toMillis(), POLL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Reads the certificate and the key. An expired certificate is logged and used: its clients then
   * report that it expired, and connections without TLS are still served. A stopped server would
   * serve nobody.
   *
   * @throws IOException if they cannot be used; the message has the setting, its value and the
   *     problem
   */
  public static ServerTls start(Listen settings, Clock clock) throws IOException {
    return new ServerTls(settings, clock);
  }

  private static String whyNot(@Nullable Throwable cause) {
    return cause == null ? "it is switched off" : String.valueOf(cause.getMessage());
  }

  private SslContext contextOf(TlsIdentity of) throws PemException {
    try {
      return SslContextBuilder.forServer(of.key(), of.chain().toArray(X509Certificate[]::new))
          .sslProvider(provider)
          .protocols(PROTOCOLS)
          .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
          .sessionCacheSize(MAX_SESSIONS)
          .sessionTimeout(SESSION_LIFETIME.toSeconds())
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new PemException(
          "listen.tls_certificate is \""
              + settings.tlsCertificate()
              + "\": it cannot be used with its key: "
              + e.getMessage());
    }
  }

  /**
   * Creates the handler for a connection; it must be before all handlers that read the client's
   * bytes.
   */
  SslHandler newHandler(ByteBufAllocator allocator) {
    SslHandler handler;
    synchronized (contextLock) {
      handler = context.newHandler(allocator);
    }
    handler.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT.toMillis());
    return handler;
  }

  /** Reads the files again, at once. Keeps the certificate in use if they cannot be used. */
  public synchronized void reload() {
    lastFailure = null;
    load(stamps());
  }

  /**
   * Only one of the new files may be written yet, so this loads files only if they have not changed
   * since the last poll.
   */
  private synchronized void poll() {
    try {
      var now = stamps();
      if (!now.equals(loaded) && now.equals(lastSeen)) {
        load(now);
      }
      lastSeen = now;
      warnIfExpiring();
    } catch (RuntimeException e) {
      log.error("the files of TLS cannot be looked at", e);
    }
  }

  private void load(FileStamps now) {
    try {
      var next = TlsIdentity.read(settings);
      if (!next.isValidAt(clock.instant()) && identity.isValidAt(clock.instant())) {
        throw new PemException(
            "listen.tls_certificate is \""
                + settings.tlsCertificate()
                + "\": it is "
                + next.validity());
      }
      use(next, contextOf(next));
      loaded = now;
      lastFailure = null;
      nextWarning = Instant.MIN;
      log.info("TLS: a new certificate is used, {}", next.validity());
    } catch (PemException e) {
      if (!String.valueOf(e.getMessage()).equals(lastFailure)) {
        lastFailure = e.getMessage();
        log.warn("TLS: the certificate in use is kept: {}", lastFailure);
      }
    }
  }

  private void use(TlsIdentity next, SslContext nextContext) {
    SslContext last;
    synchronized (contextLock) {
      last = context;
      context = nextContext;
    }
    identity = next;
    ReferenceCountUtil.release(last);
  }

  private void warnIfExpiring() {
    var now = clock.instant();
    var valid = identity.isValidAt(now) && identity.isValidAt(now.plus(EXPIRY_WARNING));
    if (!valid && !now.isBefore(nextWarning)) {
      nextWarning = now.plus(WARNING_INTERVAL);
      log.warn(
          "listen.tls_certificate is \"{}\", which is only {}",
          settings.tlsCertificate(),
          identity.validity());
    }
  }

  private FileStamps stamps() {
    return new FileStamps(
        FileStamp.of(Path.of(settings.tlsCertificate())), FileStamp.of(Path.of(settings.tlsKey())));
  }

  private record FileStamps(FileStamp certificate, FileStamp key) {}

  void handshakeEnded(boolean success) {
    (success ? handshakes : failedHandshakes).increment();
  }

  /** Handshakes that succeeded. */
  public long handshakes() {
    return handshakes.sum();
  }

  /** Handshakes that failed. */
  public long failedHandshakes() {
    return failedHandshakes.sum();
  }

  /** How long the certificate is valid from now on; negative where it has expired. */
  public Duration timeLeft() {
    return Duration.between(clock.instant(), identity.expires());
  }

  /** The TLS library in use. */
  public String providerName() {
    return provider == SslProvider.JDK ? "the JDK" : OpenSsl.versionString();
  }

  @Override
  public void close() {
    poller.shutdownNow();
    synchronized (contextLock) {
      ReferenceCountUtil.release(context);
    }
  }
}
