package io.chatserver.client.delivery;

import io.chatserver.protocol.ClientMessageId;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes client message ids: a random part for this run, 72 bits, and a count.
 *
 * <p>Threads: any.
 */
final class MessageIds {
  private static final int RANDOM_BYTES = 9;

  private final String prefix;
  private final AtomicLong last = new AtomicLong();

  MessageIds() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    prefix = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  ClientMessageId next() {
    return new ClientMessageId(prefix + "." + Long.toString(last.incrementAndGet(), 36));
  }
}
