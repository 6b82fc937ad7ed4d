package io.chatserver.server.admin;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.account.HashKind;
import io.chatserver.server.account.LoginMeter;
import io.chatserver.server.chat.RateClass;
import io.chatserver.server.memory.Use;
import io.chatserver.server.transport.Crowding;
import io.chatserver.server.transport.ServerTls;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a node, as Prometheus reads them. They are read when it asks; what counts them on
 * the way of a message is an adder.
 *
 * <p>Threads: any.
 */
final class Metrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final Observed parts;

  Metrics(Observed parts) {
    this.parts = parts;
    gauge("chat.connections", "Open connections.", it -> it.transport().connections());
    gauge(
        "chat.connections.logged.out",
        "Open connections without a session.",
        it -> it.transport().crowding().loggedOut());
    gauge(
        "chat.addresses",
        "Addresses with open connections.",
        it -> it.transport().crowding().addresses());
    closed("address", Crowding::evictedByAddress);
    closed("connections", Crowding::evictedByTotal);
    closed("address_logging_in", Crowding::turnedAwayByAddress);
    closed("connections_in_use", Crowding::turnedAwayByTotal);
    closed("login_timeout", Crowding::loginTimeouts);
    closed("proxy_timeout", Crowding::headerTimeouts);
    gauge("chat.sessions", "Users logged in, by device.", it -> it.registry().size());
    gauge("chat.sessions.behind", "Sessions read from the log.", it -> it.source().behind());
    gauge("chat.degraded", "Cut off from Redis: 1.", it -> it.cluster().isDegraded() ? 1 : 0);
    gauge("chat.draining", "Sends clients away: 1.", it -> it.transport().isDraining() ? 1 : 0);
    gauge("chat.nodes", "Nodes of the cluster.", it -> it.cluster().others().size() + 1);
    gauge("chat.connections.paused", "Connections paused by a rate.", it -> it.meter().paused());
    counter("chat.connections.foreign", "Began as HTTP, TLS, SSH.", it -> it.meter().foreign());
    counter(
        "chat.loggedout.pauses",
        "Pauses of connections without a login.",
        it -> it.meter().loggedOutPauses());
    gauge(
        "chat.account.changes.age.seconds",
        "Seconds since the last read of account changes.",
        it -> it.accountChanges().age().toMillis() / 1000.0);
    counter("chat.sessions.revoked", "Sessions ended by changes.", it -> it.revocations().ended());
    counter("chat.messages.stored", "Messages committed.", it -> it.log().messages());
    counter("chat.messages.delivered", "Messages pushed.", it -> it.source().delivered());
    gauge("chat.writes.waiting", "Waiting non-message writes.", it -> it.lane().waiting());
    counter("chat.writes.done", "Non-message writes.", it -> it.lane().done());
    counter("chat.writes.commits", "Transactions of these.", it -> it.lane().transactions());
    counter("chat.writes.refused", "Refused non-message writes.", it -> it.lane().refused());
    gauge("chat.disk.free", "Bytes for SQLite.", it -> it.database().diskFreeBytes());
    counter("chat.relay.publishes", "Payloads to other nodes.", it -> it.relay().publishes());
    counter("chat.relay.events", "Events in these payloads.", it -> it.relay().events());
    FunctionTimer.builder(
            "chat.commit",
            parts,
            it -> it.log().batches(),
            it -> it.log().time().toNanos(),
            TimeUnit.NANOSECONDS)
        .description("Transactions that store messages.")
        .register(registry);
    for (var code : ErrorCode.values()) {
      FunctionCounter.builder("chat.sends.refused", parts, it -> it.refusals().count(code))
          .description("Messages refused.")
          .tag("error", code.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    for (var use : Use.values()) {
      memory("heap", use, it -> it.budget().used(use).heap());
      memory("buffers", use, it -> it.budget().used(use).direct());
    }
    limit("heap", it -> it.budget().plan().budget().heap());
    limit("buffers", it -> it.budget().plan().budget().direct());
    gauge("chat.memory.fraction", "Used part of the budget.", it -> it.budget().fraction());
    gauge("chat.memory.waiting", "Pages without room.", it -> it.budget().waitingPages());
    counter("chat.memory.closed", "Closed for memory.", it -> it.budget().closed());
    for (var rateClass : RateClass.values()) {
      throttled(rateClass, "refused", it -> it.rates().refused(rateClass));
      throttled(rateClass, "paused", it -> it.rates().paused(rateClass));
    }
    for (var reason : DisconnectReason.values()) {
      FunctionCounter.builder("chat.disconnects", parts, it -> it.meter().closed(reason))
          .description("Connections closed by the server.")
          .tag("reason", reason.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    gauge("chat.clock.offset", "Database's clock.", it -> it.database().clockOffset());
    counter("chat.log.went.back", "Restored logs.", it -> it.log().wentBackCount());
    counter("chat.cursors.ahead", "Cursors above the end.", it -> it.source().ahead());
    tlsMetrics(parts.transport().tls());
    addLogins();
    parts.database().measureWith(registry);
    new JvmMemoryMetrics().bindTo(registry);
    gc.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  private void memory(String of, Use use, ToDoubleFunction<Observed> value) {
    Gauge.builder("chat.memory.used", parts, value)
        .description("Memory held by connections.")
        .baseUnit("bytes")
        .tags("of", of, "use", use.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }

  private void limit(String of, ToDoubleFunction<Observed> value) {
    Gauge.builder("chat.memory.budget", parts, value)
        .description("Memory budget of all connections.")
        .baseUnit("bytes")
        .tag("of", of)
        .register(registry);
  }

  private void throttled(RateClass rateClass, String how, ToDoubleFunction<Observed> value) {
    FunctionCounter.builder("chat.throttled", parts, value)
        .description("Requests over a rate, or pauses of their connections.")
        .tag("class", rateClass.text())
        .tag("how", how)
        .register(registry);
  }

  private void tlsMetrics(@Nullable ServerTls tls) {
    if (tls == null) {
      return;
    }
    Gauge.builder("chat.tls.certificate.left", tls, it -> it.timeLeft().toSeconds())
        .description("Time until the certificate expires.")
        .baseUnit("seconds")
        .register(registry);
    handshakes(tls, "done", ServerTls::handshakes);
    handshakes(tls, "failed", ServerTls::failedHandshakes);
  }

  private void handshakes(ServerTls tls, String result, ToDoubleFunction<ServerTls> value) {
    FunctionCounter.builder("chat.tls.handshakes", tls, value)
        .description("Finished TLS handshakes.")
        .tag("result", result)
        .register(registry);
  }

  private void addLogins() {
    counter("chat.logins.failed", "Wrong passwords.", it -> it.logins().failedLogins());
    counter(
        "chat.hashes.skipped",
        "Passwords not hashed because their connection was closed.",
        it -> it.logins().skippedHashes());
    counter(
        "chat.throttle.closed",
        "Legacy connections closed after the longest delay.",
        it -> it.logins().connectionsClosed());
    for (var limit : LoginMeter.Limit.values()) {
      FunctionCounter.builder("chat.logins.throttled", parts, it -> it.logins().throttledBy(limit))
          .description("Logins and registrations refused or delayed.")
          .tag("limit", limit.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    for (var kind : HashKind.values()) {
      Gauge.builder("chat.hashes.waiting", parts, it -> it.logins().waiting(kind))
          .description("Passwords that wait to be hashed.")
          .tag("kind", kind.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    FunctionTimer.builder(
            "chat.hash",
            parts,
            it -> it.logins().hashes(),
            it -> it.logins().hashTime().toNanos(),
            TimeUnit.NANOSECONDS)
        .description("Passwords hashed.")
        .register(registry);
  }

  private void gauge(String name, String description, ToDoubleFunction<Observed> value) {
    Gauge.builder(name, parts, value).description(description).register(registry);
  }

  private void closed(String reason, ToDoubleFunction<Crowding> value) {
    FunctionCounter.builder(
            "chat.connections.evicted", parts, it -> value.applyAsDouble(it.transport().crowding()))
        .description("Connections without a session that were closed.")
        .tag("reason", reason)
        .register(registry);
  }

  private void counter(String name, String description, ToDoubleFunction<Observed> value) {
    FunctionCounter.builder(name, parts, value).description(description).register(registry);
  }

  /** All of them. */
  String text() {
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
