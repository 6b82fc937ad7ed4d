package io.chatserver.bench.siege;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.UserId;

/**
 * A well-behaved account.
 *
 * @param token a session token
 */
record Guest(UserId id, String name, String password, String token) {
  /** A login by password without a token. */
  Command.Login byPassword() {
    return new Command.Login(new Command.Identity.ByName(name), password);
  }
}
