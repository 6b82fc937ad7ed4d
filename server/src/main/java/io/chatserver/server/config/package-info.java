/** The settings: their sources, and their allowed values. */
@NullMarked
package io.chatserver.server.config;

import org.jspecify.annotations.NullMarked;
