package io.chatserver.bench.siege;

import com.google.errorprone.annotations.Immutable;

/** One attack, which a hostile client repeats; it ends with the client. */
@Immutable
@FunctionalInterface
interface Attack {
  /** Does it once; it opens its own connections and closes them. */
  void attack(Hostile client) throws InterruptedException;
}
