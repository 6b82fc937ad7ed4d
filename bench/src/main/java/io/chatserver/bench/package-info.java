/** To be written. */
@NullMarked
package io.chatserver.bench;

import org.jspecify.annotations.NullMarked;
