/** The client's entry: options, exit codes, and the choice between terminal and plain lines. */
@NullMarked
package io.chatserver.client;

import org.jspecify.annotations.NullMarked;
