package io.chatserver.bench;

import io.chatserver.protocol.UserId;
import org.jspecify.annotations.Nullable;

/**
 * An account of the server under load.
 *
 * @param id null where it existed before and its number is not known yet
 */
record Account(@Nullable UserId id, String name, String password) {
  @Override
  public String toString() {
    return name;
  }
}
