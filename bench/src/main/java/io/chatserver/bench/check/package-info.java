/**
 * The checker: users who talk, break off and come back, a server that is killed under them, and the
 * rules by which what they were told is judged afterwards.
 */
@NullMarked
package io.chatserver.bench.check;

import org.jspecify.annotations.NullMarked;
