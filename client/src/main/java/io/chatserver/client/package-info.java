/** To be written. */
@NullMarked
package io.chatserver.client;

import org.jspecify.annotations.NullMarked;
