package io.chatserver.server.transport;

import com.sun.management.UnixOperatingSystemMXBean;
import io.chatserver.server.config.AddressBlock;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.fault.CountedLog;
import io.chatserver.server.memory.MemoryBudget;
import io.chatserver.server.transport.ConnectionAdmission.Eviction;
import io.chatserver.server.transport.ConnectionAdmission.Kind;
import io.chatserver.server.transport.ConnectionAdmission.Origin;
import io.netty.channel.Channel;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits connections by the rules of {@link ConnectionAdmission}, and closes the evicted ones.
 *
 * <p>Threads: any.
 */
final class Doors {
  private static final Logger log = LoggerFactory.getLogger(Doors.class);

  /** Open files other than client connections: jars, the database, sockets to other servers. */
  private static final int OTHER_FILES = 256;

  /**
   * A connection counts for its address after this time at the latest. Many connections accepted at
   * once are read only later: without the delay they would evict each other before the server reads
   * their logins.
   */
  private static final Duration ARRIVAL = Duration.ofMillis(100);

  private final ServerConfig config;
  private final MemoryBudget budget;
  private final ConnectionAdmission<Channel> admission;
  private final LongAdder withoutLogin = new LongAdder();
  private final LongAdder withoutHeader = new LongAdder();
  private final CountedLog addressIsFull = new CountedLog(log::info);
  private final CountedLog serverIsFull = new CountedLog(log::warn);
  private final CountedLog memoryIsShort = new CountedLog(log::warn);
  private final CountedLog notPrefixed = new CountedLog(log::warn);
  private final CountedLog crowd = new CountedLog(log::warn);

  Doors(ServerConfig config, MemoryBudget budget) {
    this.config = config;
    this.budget = budget;
    admission =
        new ConnectionAdmission<>(
            maxConnections(config.limits().connections(), maxFiles()),
            config.throttle().loggedOutConnections(),
            RandomGenerator.getDefault(),
            System::nanoTime);
  }

  private static long maxFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  /** The wanted number, or less if the process may not open enough files. */
  static int maxConnections(int wanted, long maxFiles) {
    long possible = Math.max(maxFiles - OTHER_FILES, maxFiles / 2);
    if (wanted <= possible) {
      return wanted;
    }
    log.warn(
        "limits.connections is {}, but this process may open {} files: it takes {} connections",
        wanted,
        maxFiles,
        possible);
    return Math.toIntExact(possible);
  }

  /**
   * Admits an accepted connection.
   *
   * @return null if it is refused and closed
   */
  @Nullable Admitted<Channel> enter(Channel channel) {
    if (!budget.takesConnections()) {
      memoryIsShort.add(() -> "memory is short: a new connection is closed");
      var _ = channel.close();
      return null;
    }
    var entry = new Admitted<>(channel);
    channel.closeFuture().addListener(_ -> admission.gone(entry));
    var origin = new Origin(AddressBlock.of(addressOf(channel)), Kind.ARRIVING);
    return stays(entry, admission.arrive(entry, origin)) ? entry : null;
  }

  /**
   * The address of a connection's client is known. The connection counts for it when it sends
   * something, or after {@link #ARRIVAL}.
   */
  void expect(Admitted<Channel> entry) {
    var _ =
        entry
            .connection
            .eventLoop()
            .schedule(() -> hasArrived(entry, false), ARRIVAL.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Counts a connection for its address; false if it is closed because of the limit. */
  boolean hasArrived(Admitted<Channel> entry, boolean byToken) {
    return stays(entry, admission.hasArrived(entry, originOf(entry.connection), byToken));
  }

  private Origin originOf(Channel channel) {
    var address = addressOf(channel);
    boolean exempt = config.throttle().exempt().contain(address);
    return new Origin(AddressBlock.of(address), exempt ? Kind.EXEMPT : Kind.LIMITED);
  }

  private static InetAddress addressOf(Channel channel) {
    return ((InetSocketAddress) ProxyHeader.clientOf(channel)).getAddress();
  }

  /** A login is in progress; false if it is too late. */
  boolean loginBegins(Admitted<Channel> entry, boolean byToken) {
    return admission.loginBegins(entry, byToken);
  }

  /** No login is in progress any more, or the first one by token was refused. */
  void loginEnds(Admitted<Channel> entry) {
    var _ = stays(entry, admission.loginEnds(entry));
  }

  /** A connection without a session was sent an error. */
  void refused(Admitted<Channel> entry) {
    admission.refused(entry);
  }

  void loggedIn(Admitted<Channel> entry) {
    if (admission.loggedIn(entry)) {
      crowd.add(() ->
          "more than half of all sessions come from "
              + AddressBlock.of(addressOf(entry.connection))
              + ": if that is a load balancer, name it in listen.proxy_from and let it send PROXY"
              + " headers, or set throttle.exempt");
    }
  }

  void loggedOut(Admitted<Channel> entry) {
    var _ = stays(entry, admission.loggedOut(entry));
  }

  void closing(Admitted<Channel> entry) {
    admission.closing(entry);
  }

  /**
   * Closes some connections without a session because a resource that each connection needs is
   * short.
   */
  void makeRoom(int count) {
    for (int i = 0; i < count; i++) {
      var eviction = admission.makeRoom();
      if (eviction == null) {
        return;
      }
      evict(eviction.connection());
    }
  }

  /** A connection was closed because it did not log in in time. */
  void loginTimedOut() {
    withoutLogin.increment();
  }

  /** A connection of a load balancer was closed because it sent no header in time. */
  void headerTimedOut() {
    withoutHeader.increment();
  }

  /** A connection of a load balancer did not begin with a header. */
  void noHeader(Channel channel) {
    notPrefixed.add(
        () -> channel.remoteAddress() + " is in listen.proxy_from, but sends no PROXY header");
  }

  /** The current numbers. */
  Crowding crowding() {
    return Crowding.of(admission.counts(), withoutLogin.sum(), withoutHeader.sum());
  }

  /** Closes an evicted connection; false if it is the new one itself. */
  private boolean stays(Admitted<Channel> entry, @Nullable Eviction<Channel> eviction) {
    if (eviction == null) {
      return true;
    }
    boolean stays = !eviction.connection().equals(entry.connection);
    if (eviction.byAddress()) {
      addressIsFull.add(() ->
          "too many connections without a login from %s: %s is closed"
              .formatted(
                  AddressBlock.of(addressOf(entry.connection)),
                  stays ? "another one" : "a new one"));
    } else {
      serverIsFull.add(() ->
          "limits.connections is reached: %s is closed"
              .formatted(stays ? "one without a login" : "a new one, for all others are in use"));
    }
    evict(eviction.connection());
    return stays;
  }

  /** Evicts in the channel's event loop, with the reason if the client can receive it. */
  private static void evict(Channel channel) {
    channel
        .eventLoop()
        .execute(() -> {
          var handler = channel.pipeline().get(ConnectionHandler.class);
          if (handler == null) {
            var _ = channel.close();
          } else {
            handler.evict();
          }
        });
  }
}
