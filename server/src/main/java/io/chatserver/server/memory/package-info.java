/** The memory that all connections may hold together, and what each of them holds. */
@NullMarked
package io.chatserver.server.memory;

import org.jspecify.annotations.NullMarked;
