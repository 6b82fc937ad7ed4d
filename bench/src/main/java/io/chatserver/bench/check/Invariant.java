package io.chatserver.bench.check;

/** What must hold, whatever is killed. */
public enum Invariant {
  NO_HOLE_IN_LOG("the messages of a conversation are numbered 1, 2, 3 …"),
  ACKNOWLEDGED_IS_STORED("an acknowledged message is in the log, under the number that was told"),
  STORED_ONCE("a message is in the log once, however often it was sent"),
  SAID_BY_SOMEONE("what is in the log was said, there, and was not refused"),
  ORDER_OF_SENDER(
      "what a device says in a conversation is stored in the order in which it says it"),
  SAME_IN_DATABASE("the log that is shown is the one that the database has"),
  AS_IN_LOG("what is delivered is what the log has under this number"),
  NO_HOLE("in a session a conversation goes on without a hole"),
  NO_REPEAT("in a session a message comes once"),
  IN_ORDER("in a session the messages of a conversation come in their order"),
  RESUMED_RIGHT("a session goes on where the device said, or else where its user's devices were"),
  COMPLETE("a member gets all that is said since he joined"),
  UP_TO_DATE("a session gets what is said last without asking"),
  MEMBERS_ONLY(
      "nobody gets anything of a conversation that he is not in, or from before he joined"),
  PLACES_GROW("places only grow, no farther than was acknowledged, and heads are true"),
  DIGEST("the digest is that of what came"),
  AS_THE_PROTOCOL_SAYS("every request is answered once, and as the protocol says");

  private final String text;

  Invariant(String text) {
    this.text = text;
  }

  /** The claim, for a person. */
  public String text() {
    return text;
  }
}
