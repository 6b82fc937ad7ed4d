package io.chatserver.server.admin;

import io.chatserver.server.account.AccountChanges;
import io.chatserver.server.account.LoginMeter;
import io.chatserver.server.chat.Rates;
import io.chatserver.server.cluster.Cluster;
import io.chatserver.server.cluster.Node;
import io.chatserver.server.cluster.Relay;
import io.chatserver.server.delivery.Revocations;
import io.chatserver.server.fault.Refusals;
import io.chatserver.server.memory.MemoryBudget;
import io.chatserver.server.message.LogMeter;
import io.chatserver.server.session.FeedSource;
import io.chatserver.server.session.SessionRegistry;
import io.chatserver.server.storage.Database;
import io.chatserver.server.storage.LaneMeter;
import io.chatserver.server.transport.ConnectionMeter;
import io.chatserver.server.transport.NettyServer;

/** The parts of a node that are looked at. */
public record Observed(
    Node self,
    Database database,
    Cluster cluster,
    Relay relay,
    LogMeter log,
    FeedSource source,
    Refusals refusals,
    Rates rates,
    SessionRegistry registry,
    MemoryBudget budget,
    NettyServer transport,
    LoginMeter logins,
    AccountChanges accountChanges,
    Revocations revocations) {
  /** The counters of the transport. */
  ConnectionMeter meter() {
    return transport.meter();
  }

  LaneMeter lane() {
    return database.lane();
  }
}
