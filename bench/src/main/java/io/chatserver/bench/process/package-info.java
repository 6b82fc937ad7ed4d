/**
 * Processes of this machine that a test or a benchmark starts, watches and kills: the chat server
 * by its launcher, private MariaDB, Redis and nginx, and a whole cluster of them. Every wait is
 * bounded, and only what was started here is ever signalled, by its pid.
 */
@NullMarked
package io.chatserver.bench.process;

import org.jspecify.annotations.NullMarked;
