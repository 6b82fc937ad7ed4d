/**
 * {@code bench siege}: hostile clients in a separate process attack a server on this machine, while
 * well-behaved users chat and log in. All connections use loopback only, and every attack is
 * bounded in connections, bytes and time.
 */
@NullMarked
package io.chatserver.bench.siege;

import org.jspecify.annotations.NullMarked;
