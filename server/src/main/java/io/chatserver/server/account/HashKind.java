package io.chatserver.server.account;

/** The kinds of hashes in {@link HashLine}. */
public enum HashKind {
  /** A login to an account that recently logged in from the same origin. */
  RECENT,
  /** Any other login. */
  LOGIN,
  /** A registration. */
  REGISTER
}
