package io.chatserver.bench.siege;

import com.google.errorprone.annotations.Immutable;

/** What a hostile client does, again and again; it ends when the client is over. */
@Immutable
@FunctionalInterface
interface Attack {
  /** Does it once; it opens its own connections and closes them. */
  void attack(Hostile client) throws InterruptedException;
}
