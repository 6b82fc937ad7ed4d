/**
 * A connection to a chat server, as a library: requests and their replies, pushes, keep-alive and
 * reconnecting. Nothing here knows of a terminal.
 */
@NullMarked
package io.chatserver.client.net;

import org.jspecify.annotations.NullMarked;
