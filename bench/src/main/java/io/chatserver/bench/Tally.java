package io.chatserver.bench;

/**
 * What became of messages that were not delivered.
 *
 * @param lost neither delivered nor refused
 * @param refused not taken by the server, as it said
 */
record Tally(long lost, long refused) {
  static final Tally NOTHING = new Tally(0, 0);

  Tally plus(Tally more) {
    return new Tally(lost + more.lost, refused + more.refused);
  }
}
