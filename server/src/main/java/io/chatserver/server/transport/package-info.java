/** TCP by Netty: bytes in and out. The only package that knows Netty. */
@NullMarked
package io.chatserver.server.transport;

import org.jspecify.annotations.NullMarked;
