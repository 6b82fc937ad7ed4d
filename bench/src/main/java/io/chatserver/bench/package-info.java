/**
 * The load generator: scenarios of virtual users over real sockets, what they measure and what they
 * check. {@code bin/bench --help} lists them.
 */
@NullMarked
package io.chatserver.bench;

import org.jspecify.annotations.NullMarked;
