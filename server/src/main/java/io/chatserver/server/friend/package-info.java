/** Lists of friends. */
@NullMarked
package io.chatserver.server.friend;

import org.jspecify.annotations.NullMarked;
