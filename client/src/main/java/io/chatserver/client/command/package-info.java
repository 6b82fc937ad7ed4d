/**
 * What a person or a script may type: text to {@link io.chatserver.client.command.Input}, and the
 * execution of it on a connection. Shared by the terminal and the plain mode.
 */
@NullMarked
package io.chatserver.client.command;

import org.jspecify.annotations.NullMarked;
