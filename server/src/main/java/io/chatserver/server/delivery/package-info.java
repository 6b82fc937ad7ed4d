/** From a send to the log, and from the log to the sessions. */
@NullMarked
package io.chatserver.server.delivery;

import org.jspecify.annotations.NullMarked;
