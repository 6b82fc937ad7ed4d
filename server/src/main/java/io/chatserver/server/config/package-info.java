/** What an operator can set: where it is read from, and what is allowed. */
@NullMarked
package io.chatserver.server.config;

import org.jspecify.annotations.NullMarked;
