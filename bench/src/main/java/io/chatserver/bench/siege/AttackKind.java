package io.chatserver.bench.siege;

import java.util.Locale;
import java.util.Random;

/** The kinds of attacks; several clients at a time run each. */
enum AttackKind {
  UNREAD_REPLIES(Sources.ALL, ByteAttacks::unreadReplies),
  HALF_FRAMES(Sources.ALL, ByteAttacks::halfFrames),
  GARBAGE(Sources.ALL, ByteAttacks::garbage),
  PINGS(Sources.ALL, ByteAttacks::pings),
  BIG_OBJECTS(Sources.ALL, ByteAttacks::bigObjects),
  OVERSIZED_FRAMES(Sources.ALL, ByteAttacks::oversizedFrames),
  SLOW_BYTES(Sources.ALL, ByteAttacks::slowBytes),
  OTHER_PROTOCOLS(Sources.ALL, ByteAttacks::otherProtocols),
  CONNECT_AND_CLOSE(Sources.ALL, DoorAttacks::connectAndClose),
  HALF_CLOSE(Sources.ALL, DoorAttacks::halfClose),
  NO_LOGIN(Sources.ALL, DoorAttacks::noLogin),
  GUESSED_PASSWORDS(Sources.OTHERS, DoorAttacks::guessedPasswords),
  UNKNOWN_NAMES(Sources.ALL, DoorAttacks::unknownNames),
  ABANDONED_HASHES(Sources.ALL, DoorAttacks::abandonedHashes),
  REGISTRATIONS(Sources.ALL, DoorAttacks::registrations),
  TOKEN_LOGINS(Sources.ALL, SessionAttacks::tokenLogins),
  MANY_SESSIONS(Sources.ALL, SessionAttacks::manySessions),
  UNREAD_HISTORY(Sources.ALL, SessionAttacks::unreadHistory),
  UNREAD_LISTS(Sources.ALL, SessionAttacks::unreadLists),
  READ_HISTORY(Sources.ALL, SessionAttacks::readHistory),
  ADDED_FRIENDS(Sources.ALL, SessionAttacks::addedFriends),
  CREATED_GROUPS(Sources.ALL, SessionAttacks::createdGroups),
  DIRECT_SENDS(Sources.ALL, SessionAttacks::directSends),
  GROUP_SENDS(Sources.ALL, SessionAttacks::groupSends);

  /** Where the connections of a kind come from. */
  private enum Sources {
    /** Half of them from the address of the well-behaved users. */
    ALL,

    /**
     * None from there or from {@link SiegePlan#OTHER_SOURCE}: a server may delay an account's
     * logins at an address where its password is guessed.
     */
    OTHERS
  }

  private static final String NETWORK = "127.0.0.";
  private static final int FIRST_OTHER = 2;
  private static final int LAST_OTHER = 9;

  private final Sources sources;
  private final Attack attack;

  AttackKind(Sources sources, Attack attack) {
    this.sources = sources;
    this.attack = attack;
  }

  Attack attack() {
    return attack;
  }

  /** The address that the next connection comes from. */
  String source(Random random) {
    return switch (sources) {
      case ALL ->
          random.nextBoolean()
              ? SiegePlan.OWN_SOURCE
              : NETWORK + random.nextInt(FIRST_OTHER, LAST_OTHER + 1);
      case OTHERS -> NETWORK + random.nextInt(FIRST_OTHER, LAST_OTHER);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
