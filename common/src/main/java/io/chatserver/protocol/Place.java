package io.chatserver.protocol;

/**
 * How far somebody is in a conversation. Both numbers only grow.
 *
 * @param received the last message that reached a client of his; 0 for none
 * @param read the last message that he has seen; 0 for none
 */
public record Place(long received, long read) {
  public Place {
    if (received < 0 || read < 0) {
      throw new IllegalArgumentException("place " + received + ", " + read);
    }
  }
}
