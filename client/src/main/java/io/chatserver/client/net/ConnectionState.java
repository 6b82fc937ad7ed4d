package io.chatserver.client.net;

import io.chatserver.protocol.Reply;
import java.time.Duration;

/** What has become of a connection. */
public sealed interface ConnectionState {
  /** The server has been reached; nobody is logged in yet. */
  record Connected(String address) implements ConnectionState {}

  /**
   * A session has begun.
   *
   * @param again whether the connection logged in by itself, after a reconnect
   */
  record LoggedIn(Reply.LoggedIn login, boolean again) implements ConnectionState {}

  /** The session was ended on request; the connection stays. */
  record LoggedOut() implements ConnectionState {}

  /** The connection is gone. */
  record Lost(String reason) implements ConnectionState {}

  /**
   * The server has sent the session elsewhere: it goes on in a moment, and what is asked meanwhile
   * waits for it. {@link LoggedIn} follows, or {@link Lost} if it does not come to that.
   */
  record Moving(String reason) implements ConnectionState {}

  /** The connection will be tried again by itself. */
  record Retrying(String reason, Duration in) implements ConnectionState {}

  /** The session is over and the connection will not come back by itself. */
  record GaveUp(String reason) implements ConnectionState {}
}
