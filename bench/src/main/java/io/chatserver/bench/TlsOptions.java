package io.chatserver.bench;

import io.chatserver.tls.ClientTls;
import io.chatserver.tls.PemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say whether a server is spoken to by TLS, and whom it is trusted by. */
public final class TlsOptions {
  @Option(names = "--tls", description = "Connect with TLS, as tls://HOST:PORT does")
  private boolean tls;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "With TLS: the certificates of the trusted authorities, in PEM (those of the JDK if not"
              + " given)")
  private @Nullable Path authorities;

  /** Whether TLS was asked for by {@code --tls}. */
  public boolean isTls() {
    return tls;
  }

  /**
   * The client's side of TLS.
   *
   * @param wanted whether the address or the options ask for it
   * @return null for connections without TLS
   * @throws BenchFailed if the file of authorities cannot be used
   */
  public @Nullable ClientTls clientTls(boolean wanted) {
    if (!wanted) {
      if (authorities != null) {
        throw new BenchFailed("--ca goes with --tls");
      }
      return null;
    }
    try {
      return ClientTls.trusting(authorities);
    } catch (PemException e) {
      throw new BenchFailed("--ca " + authorities + ": " + e.getMessage());
    }
  }
}
