package io.chatserver.server.admin;

import io.chatserver.server.account.AccountChanges;
import io.chatserver.server.cluster.Cluster;
import io.chatserver.server.cluster.Node;
import io.chatserver.server.cluster.Relay;
import io.chatserver.server.delivery.Revocations;
import io.chatserver.server.fault.Refusals;
import io.chatserver.server.message.LogMeter;
import io.chatserver.server.session.FeedSource;
import io.chatserver.server.session.SessionRegistry;
import io.chatserver.server.storage.Database;
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
    SessionRegistry registry,
    NettyServer transport,
    AccountChanges accountChanges,
    Revocations revocations) {}
