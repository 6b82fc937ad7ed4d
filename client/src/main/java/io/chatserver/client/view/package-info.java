/**
 * What the client shows: in a terminal, with a line that is typed meanwhile ({@code Console}), and
 * without one, as plain lines for programs ({@code Script}).
 */
@NullMarked
package io.chatserver.client.view;

import org.jspecify.annotations.NullMarked;
