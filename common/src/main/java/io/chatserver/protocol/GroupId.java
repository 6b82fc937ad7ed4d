package io.chatserver.protocol;

/** The number of a group: 1 to 2,147,483,647. */
public record GroupId(int value) {
  public GroupId {
    if (value < 1) {
      throw new IllegalArgumentException("group id " + value);
    }
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
