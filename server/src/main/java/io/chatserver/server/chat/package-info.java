/** ChatService: the one place where a command meets the feature that serves it. */
@NullMarked
package io.chatserver.server.chat;

import org.jspecify.annotations.NullMarked;
