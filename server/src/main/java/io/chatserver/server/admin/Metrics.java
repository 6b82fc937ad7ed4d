package io.chatserver.server.admin;

import io.chatserver.protocol.ErrorCode;
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
    gauge("chat.sessions", "Users logged in, by device.", it -> it.registry().size());
    gauge("chat.sessions.behind", "Sessions read from the log.", it -> it.source().behind());
    gauge("chat.degraded", "Cut off from Redis: 1.", it -> it.cluster().isDegraded() ? 1 : 0);
    gauge("chat.draining", "Sends clients away: 1.", it -> it.transport().isDraining() ? 1 : 0);
    gauge("chat.nodes", "Nodes of the cluster.", it -> it.cluster().others().size() + 1);
    gauge(
        "chat.account.changes.age.seconds",
        "Seconds since changes of accounts were read.",
        it -> it.accountChanges().age().toMillis() / 1000.0);
    counter("chat.sessions.revoked", "Sessions ended by them.", it -> it.revocations().ended());
    counter("chat.messages.stored", "Messages committed.", it -> it.log().messages());
    counter("chat.messages.delivered", "Messages pushed.", it -> it.source().delivered());
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
    parts.database().measureWith(registry);
    new JvmMemoryMetrics().bindTo(registry);
    gc.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  private void gauge(String name, String description, ToDoubleFunction<Observed> value) {
    Gauge.builder(name, parts, value).description(description).register(registry);
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
