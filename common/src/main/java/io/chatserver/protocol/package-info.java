/**
 * The wire: what clients and server may say to each other, as records, and its JSON form.
 *
 * <p>No sockets and no threads here. {@code docs/PROTOCOL.md} is the contract in words.
 */
@NullMarked
package io.chatserver.protocol;

import org.jspecify.annotations.NullMarked;
