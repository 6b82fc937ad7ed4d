package io.chatserver.protocol;

/** The number of an account: 1 to 2,147,483,647. */
public record UserId(int value) implements Comparable<UserId> {
  public UserId {
    if (value < 1) {
      throw new IllegalArgumentException("user id " + value);
    }
  }

  @Override
  public int compareTo(UserId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
