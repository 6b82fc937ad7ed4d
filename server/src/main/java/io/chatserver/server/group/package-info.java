/** Groups and their members. */
@NullMarked
package io.chatserver.server.group;

import org.jspecify.annotations.NullMarked;
