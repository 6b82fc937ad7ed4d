package io.chatserver.server.session;

import io.chatserver.protocol.UserId;

/**
 * A user who is logged in on a connection. A user may have several.
 *
 * <p>Threads: any; but its feed belongs to the connection's event loop.
 */
public final class Session {
  private final UserId user;
  private final String name;
  private final Connection connection;
  private final Reading reading;
  private final Feed feed;
  private final Grant grant;
  private volatile long order;
  private volatile long heardAtNanos = System.nanoTime();

  /** Creates a session whose account was never changed. */
  public Session(UserId user, String name, Connection connection, Reading reading, Feed.Log log) {
    this(user, name, connection, reading, log, Grant.of(0, null));
  }

  /**
   * Creates one.
   *
   * @param reading the kinds of pushes that its client asked for at login
   * @param grant its revocable basis
   */
  public Session(
      UserId user, String name, Connection connection, Reading reading, Feed.Log log, Grant grant) {
    this.grant = grant;
    this.user = user;
    this.name = name;
    this.connection = connection;
    this.reading = reading;
    this.feed = new Feed(user, connection, reading, log);
  }

  public UserId user() {
    return user;
  }

  public String name() {
    return name;
  }

  public Connection connection() {
    return connection;
  }

  /** Whether its client acknowledges; such a client understands pages and receipts. */
  public boolean isAcknowledging() {
    return reading.acknowledges();
  }

  /** The kinds of pushes that its client asked for at login. */
  public Reading reading() {
    return reading;
  }

  /**
   * Which session of a user is the newest, on all nodes: that of the highest order. 0 until it
   * begins, and where a user may have many.
   */
  public long order() {
    return order;
  }

  /** Gives it its order. */
  public void order(long newOrder) {
    order = newOrder;
  }

  /** When its client last sent something, by {@link System#nanoTime}. */
  long heardAtNanos() {
    return heardAtNanos;
  }

  /** Its client has sent something. */
  public void heard() {
    heardAtNanos = System.nanoTime();
  }

  /** Its revocable basis. */
  public Grant grant() {
    return grant;
  }

  /** What the user gets from the log. */
  public Feed feed() {
    return feed;
  }

  @Override
  public String toString() {
    return "session of " + user + " on " + connection;
  }
}
