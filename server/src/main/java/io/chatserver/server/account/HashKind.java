package io.chatserver.server.account;

/** Who waits for a hash, as {@link HashLine} tells them apart. */
public enum HashKind {
  /** A login to an account that logged in from the same origin not long ago. */
  RECENT,
  /** Any other login. */
  LOGIN,
  /** A registration. */
  REGISTER
}
