package io.chatserver.protocol;

import java.time.Duration;

/**
 * What a login gives to log in with the next time, instead of the password.
 *
 * @param lifetime how long it can be used from now on
 */
public record SessionToken(String text, Duration lifetime) {
  @Override
  public String toString() {
    return "SessionToken[lifetime=" + lifetime + "]";
  }
}
