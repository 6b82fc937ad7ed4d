/**
 * The wiring: configuration, every {@code new}, start and stop. The only package that sees all
 * others.
 */
@NullMarked
package io.chatserver.server;

import org.jspecify.annotations.NullMarked;
