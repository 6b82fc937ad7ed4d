/**
 * A session that loses nothing: an outbox and cursors on disk, gaps filled, repeats dropped, and an
 * honest state for every message that is sent. It sits on {@code net} and knows nothing of
 * terminals.
 */
@NullMarked
package io.chatserver.client.delivery;

import org.jspecify.annotations.NullMarked;
