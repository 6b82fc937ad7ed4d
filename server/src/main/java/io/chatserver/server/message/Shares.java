package io.chatserver.server.message;

import io.chatserver.protocol.ConversationId;

/** Divides the conversations into shares, the same on every node. */
final class Shares {
  /** 2^64 divided by the golden ratio: spreads numbers that differ little. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private Shares() {}

  /** The share of a conversation, from 0 to {@code count - 1}. */
  static int of(ConversationId conversation, int count) {
    return Math.floorMod(Long.hashCode(conversation.value() * SPREAD), count);
  }
}
