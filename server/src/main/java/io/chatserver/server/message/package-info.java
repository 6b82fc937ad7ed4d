/** The log of every conversation and each member's place in it. */
@NullMarked
package io.chatserver.server.message;

import org.jspecify.annotations.NullMarked;
