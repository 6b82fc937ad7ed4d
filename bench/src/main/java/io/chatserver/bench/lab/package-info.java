/**
 * The fault lab: a cluster of real processes to which everything is done that happens to such
 * processes, while the checker's users talk.
 */
@NullMarked
package io.chatserver.bench.lab;

import org.jspecify.annotations.NullMarked;
