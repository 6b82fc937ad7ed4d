package io.chatserver.server.cluster;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A node's connections to Redis: begun when it can be reached, kept up by Lettuce from then on.
 * While it cannot be reached, commands fail at once; nothing queues up.
 *
 * <p>A single Redis is named {@code redis://…} or {@code rediss://…}; a Redis Cluster {@code
 * redis-cluster://host:port,host:port}, where sharded pub/sub is used.
 *
 * <p>Threads: {@link #connect}, {@link #disconnect} and {@link #close} one; the rest any.
 */
final class RedisLink implements AutoCloseable {
  private static final String CLUSTER_SCHEME = "redis-cluster://";
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final int MAX_COMMANDS = 50_000;
  private static final int THREADS = 2;
  private static final RedisCodec<String, byte[]> PAYLOADS =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  /** Hears of the node's own channel. Threads: Lettuce's. */
  interface Receiver {
    /** A payload came. */
    void received(byte[] payload);

    /** The channel is listened to, at first or again: what came in between is lost. */
    void subscribed();
  }

  /** Three of them: what is published in bulk holds up no lease, and a subscriber does no more. */
  private record Connections(
      RedisClusterAsyncCommands<String, String> texts,
      RedisClusterAsyncCommands<String, byte[]> payloads,
      List<StatefulConnection<?, ?>> all) {
    void close() {
      all.forEach(StatefulConnection::close);
    }
  }

  private final ClientResources resources;
  private final AbstractRedisClient client;
  private final boolean sharded;
  private volatile @Nullable Connections connections;

  /**
   * Prepares it; connects nothing yet.
   *
   * @throws IllegalArgumentException if the URL is none
   */
  RedisLink(String url) {
    sharded = url.startsWith(CLUSTER_SCHEME);
    resources =
        ClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .reconnectDelay(
                Delay.fullJitter(
                    Duration.ofMillis(50), Duration.ofSeconds(1), 50, TimeUnit.MILLISECONDS))
            .build();
    client = sharded ? clusterClient(url) : singleClient(url);
  }

  /** Lettuce takes the port for a part of the name if that has an underscore, as in Docker. */
  static RedisURI uri(String url) {
    var uri = RedisURI.create(url);
    var host = uri.getHost();
    int colon = host.lastIndexOf(':');
    if (colon >= 0 && !host.endsWith("]")) {
      uri.setHost(host.substring(0, colon));
      uri.setPort(Integer.parseInt(host.substring(colon + 1)));
    }
    userInfo(url).ifPresent(found -> setCredentials(uri, found));
    return uri;
  }

  /**
   * Decodes the credentials. Lettuce decodes them like a web form, in which a plus sign is a blank.
   */
  private static Optional<String> userInfo(String url) {
    var authority = url.substring(url.indexOf("://") + 3).split("[/?#]", 2)[0];
    int end = authority.lastIndexOf('@');
    return end < 0 ? Optional.empty() : Optional.of(authority.substring(0, end));
  }

  private static void setCredentials(RedisURI uri, String userInfo) {
    int colon = userInfo.indexOf(':');
    var user = decoded(userInfo.substring(0, Math.max(0, colon)));
    var password = decoded(userInfo.substring(colon + 1)).toCharArray();
    uri.setCredentialsProvider(
        RedisCredentialsProvider.from(
            () -> RedisCredentials.just(user.isEmpty() ? null : user, password)));
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private RedisClient singleClient(String url) {
    var uri = uri(url);
    uri.setTimeout(TIMEOUT);
    var single = RedisClient.create(resources, uri);
    single.setOptions(options(ClientOptions.builder()).build());
    return single;
  }

  private RedisClusterClient clusterClient(String url) {
    var uris =
        Arrays.stream(url.substring(CLUSTER_SCHEME.length()).split(",", -1))
            .map(host -> uri("redis://" + host))
            .toList();
    uris.forEach(uri -> uri.setTimeout(TIMEOUT));
    var cluster = RedisClusterClient.create(resources, uris);
    var options = ClusterClientOptions.builder();
    options(options);
    cluster.setOptions(options.build());
    return cluster;
  }

  private static ClientOptions.Builder options(ClientOptions.Builder builder) {
    return builder
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(MAX_COMMANDS)
        .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
        .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build());
  }

  /**
   * Connects and subscribes, unless that is done already. Blocks for some seconds at most.
   *
   * @throws RedisException if Redis cannot be reached
   */
  void connect(String channel, Receiver receiver) {
    if (connections != null) {
      return;
    }
    var opened = new ArrayList<StatefulConnection<?, ?>>();
    try {
      connections = connect(channel, receiver, opened);
    } catch (RuntimeException e) {
      opened.forEach(StatefulConnection::close);
      throw e;
    }
  }

  private Connections connect(
      String channel, Receiver receiver, List<StatefulConnection<?, ?>> opened) {
    return switch (client) {
      case RedisClient single -> {
        var texts = opened(single.connect(), opened);
        var payloads = opened(single.connect(PAYLOADS), opened);
        subscribe(opened(single.connectPubSub(PAYLOADS), opened), channel, receiver);
        yield new Connections(texts.async(), payloads.async(), opened);
      }
      case RedisClusterClient cluster -> {
        var texts = opened(cluster.connect(), opened);
        var payloads = opened(cluster.connect(PAYLOADS), opened);
        subscribe(opened(cluster.connectPubSub(PAYLOADS), opened), channel, receiver);
        yield new Connections(texts.async(), payloads.async(), opened);
      }
      default -> throw new IllegalStateException("client " + client);
    };
  }

  private static <C extends StatefulConnection<?, ?>> C opened(
      C connection, List<StatefulConnection<?, ?>> opened) {
    opened.add(connection);
    return connection;
  }

  private void subscribe(
      StatefulRedisPubSubConnection<String, byte[]> connection, String channel, Receiver receiver) {
    connection.addListener(listener(receiver));
    var commands = connection.async();
    // Not waited for: a Redis Cluster refers to another of its nodes first. A failure shows by what
    // is not heard.
    var _ = sharded ? commands.ssubscribe(channel) : commands.subscribe(channel);
  }

  /** Gives the connections up, for they are of no use; {@link #connect} makes others. */
  void disconnect() {
    var now = connections;
    connections = null;
    if (now != null) {
      now.close();
    }
  }

  private static RedisPubSubAdapter<String, byte[]> listener(Receiver receiver) {
    return new RedisPubSubAdapter<>() {
      @Override
      public void message(String channel, byte[] payload) {
        receiver.received(payload);
      }

      @Override
      public void smessage(String channel, byte[] payload) {
        receiver.received(payload);
      }

      @Override
      public void subscribed(String channel, long count) {
        receiver.subscribed();
      }

      @Override
      public void ssubscribed(String channel, long count) {
        receiver.subscribed();
      }
    };
  }

  /**
   * Commands on texts.
   *
   * @throws RedisException if there was no connection yet
   */
  RedisClusterAsyncCommands<String, String> texts() {
    return made().texts;
  }

  /** Publishes; fails as {@link #texts}, or later. */
  CompletionStage<Long> publish(String channel, byte[] payload) {
    var commands = made().payloads;
    return sharded ? commands.spublish(channel, payload) : commands.publish(channel, payload);
  }

  /**
   * Waits for an answer.
   *
   * @throws RedisException if there is none, or an error
   */
  static <T> T await(CompletionStage<T> answer) {
    try {
      return answer.toCompletableFuture().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new RedisException(e.getCause());
    } catch (TimeoutException e) {
      throw new RedisException("no answer within " + TIMEOUT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RedisException(e);
    }
  }

  private Connections made() {
    var now = connections;
    if (now == null) {
      throw new RedisException("not connected yet");
    }
    return now;
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, TIMEOUT);
    resources.shutdown(0, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
