/** The memory budget of all connections, and the account of each connection. */
@NullMarked
package io.chatserver.server.memory;

import org.jspecify.annotations.NullMarked;
