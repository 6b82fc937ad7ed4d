package io.chatserver.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A failed TLS connection to a server. The message explains it to users. */
public final class TlsException extends IOException {
  private static final long serialVersionUID = 1;

  private static final String ALERT = "Received fatal alert: ";
  private static final int MAX_CAUSES = 16;

  private TlsException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Explains why a handshake failed. */
  public static TlsException of(Throwable failure) {
    return new TlsException(explanation(failure), failure);
  }

  private static String explanation(Throwable failure) {
    var untrusted = find(failure, UntrustedServer.class);
    if (untrusted.isPresent()) {
      return String.valueOf(untrusted.get().getMessage());
    }
    if (find(failure, NotSslRecordException.class).isPresent() || isUnrecognized(failure)) {
      return "the server does not speak TLS on this port";
    }
    if (find(failure, SslHandshakeTimeoutException.class).isPresent()
        || find(failure, SocketTimeoutException.class).isPresent()) {
      return "the server does not answer the TLS handshake: perhaps it does not speak TLS on this"
          + " port";
    }
    var message = String.valueOf(failure.getMessage());
    if (message.contains(ALERT)) {
      return "the server refused the TLS handshake: "
          + message.substring(message.indexOf(ALERT) + ALERT.length()).replace('_', ' ');
    }
    if (isClosed(failure)) {
      return "the server closed the connection in the TLS handshake: perhaps it does not speak TLS"
          + " on this port, or takes no more connections";
    }
    return "the TLS handshake failed: " + message;
  }

  /** Whether this is the JDK's message for first bytes that are not TLS. */
  private static boolean isUnrecognized(Throwable failure) {
    return find(failure, SSLException.class)
        .filter(e -> String.valueOf(e.getMessage()).startsWith("Unsupported or unrecognized"))
        .isPresent();
  }

  private static boolean isClosed(Throwable failure) {
    return find(failure, ClosedChannelException.class).isPresent()
        || find(failure, EOFException.class).isPresent()
        || String.valueOf(failure.getMessage()).contains("terminated the handshake")
        || String.valueOf(failure.getMessage()).contains("Connection reset");
  }

  private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> kind) {
    @Nullable Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (kind.isInstance(cause)) {
        return Optional.of(kind.cast(cause));
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  /** A refused certificate. The message explains the reason to users. */
  static final class UntrustedServer extends CertificateException {
    private static final long serialVersionUID = 1;

    UntrustedServer(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
