package io.chatserver.server.account;

import io.chatserver.protocol.UserId;
import org.jspecify.annotations.Nullable;

/**
 * A change of an account that ends sessions, on any node.
 *
 * @param revision its number: changes are numbered 1, 2, 3 … and committed in this order
 * @param family the family of tokens that was revoked, null for other kinds
 * @param keptSession the session that requested it, and stays; 0 for none
 */
public record AccountChange(
    long revision, UserId user, Kind kind, @Nullable String family, long keptSession) {
  /** The kinds of changes that end sessions. */
  public enum Kind {
    /** All sessions end, and logins are refused. */
    DISABLED(1),
    /** All sessions end. */
    PASSWORD_CHANGED(2),
    /** Sessions with a token end. */
    TOKENS_REVOKED(3),
    /** Sessions of one token family end. */
    FAMILY_REVOKED(4);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    /** Its number in the database. */
    int number() {
      return number;
    }

    /**
     * Returns the kind of a number. For an unknown number, of a later version, all sessions end.
     */
    static Kind of(int number) {
      for (var kind : values()) {
        if (kind.number == number) {
          return kind;
        }
      }
      return PASSWORD_CHANGED;
    }
  }
}
