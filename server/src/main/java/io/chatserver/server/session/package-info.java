/** Who is logged in on which connection, and how far each has been served from the log. */
@NullMarked
package io.chatserver.server.session;

import org.jspecify.annotations.NullMarked;
