/** How a feature refuses a command. */
@NullMarked
package io.chatserver.server.fault;

import org.jspecify.annotations.NullMarked;
