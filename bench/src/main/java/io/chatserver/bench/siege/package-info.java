/**
 * {@code bench siege}: hostile clients in a process of their own attack a server of this machine,
 * while well-behaved users talk and log in. Nothing but loopback is ever connected to, and every
 * attack is bounded in connections, bytes and time.
 */
@NullMarked
package io.chatserver.bench.siege;

import org.jspecify.annotations.NullMarked;
