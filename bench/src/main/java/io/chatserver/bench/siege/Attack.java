package io.chatserver.bench.siege;

import com.google.errorprone.annotations.Immutable;

/** One attack, which a hostile client repeats until its time is over. */
@Immutable
@FunctionalInterface
interface Attack {
  /** Runs the attack once. It opens and closes its own connections. */
  void attack(Hostile client) throws InterruptedException;
}
