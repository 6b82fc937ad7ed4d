package io.chatserver.bench.check;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.UserId;
import java.util.Map;

/**
 * A user of the check.
 *
 * @param resuming whether his clients acknowledge what they receive and resume by it; one that does
 *     not is promised less
 */
record Account(UserId id, String name, String password, boolean resuming) {
  Command.Credentials credentials() {
    return new Command.Credentials.Password(new Command.Identity.ById(id), password);
  }

  /** A login that leaves all as it is, for it acknowledges nothing. */
  Command.Login loginWithoutTrace() {
    return new Command.Login(credentials(), false, new Command.Resume(Map.of()), true);
  }
}
