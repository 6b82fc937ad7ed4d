/** What operators and their programs see of a node, by HTTP. */
@NullMarked
package io.chatserver.server.admin;

import org.jspecify.annotations.NullMarked;
