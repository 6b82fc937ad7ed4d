package io.chatserver.protocol;

/**
 * How a connection is written to, and which numbers it uses. It is found out from what the client
 * sends and never negotiated.
 *
 * @param isLegacy whether the client is a C++ client of the original or of a fork, which reads into
 *     1,024 bytes; others get objects that end in a newline
 */
public record WireForm(boolean isLegacy, Numbering numbering) {
  /** Objects that end in a newline. */
  public static final WireForm MODERN = new WireForm(false, Numbering.USUAL);

  /** The form for a C++ client. */
  public static WireForm legacy(Numbering numbering) {
    return new WireForm(true, numbering);
  }

  /** The {@code msgid} of a type in this form. */
  int number(MessageType type) {
    return numbering.number(type);
  }
}
