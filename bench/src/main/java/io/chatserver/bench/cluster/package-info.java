/** {@code bench cluster}: a cluster on this machine, for people to try. */
@NullMarked
package io.chatserver.bench.cluster;

import org.jspecify.annotations.NullMarked;
