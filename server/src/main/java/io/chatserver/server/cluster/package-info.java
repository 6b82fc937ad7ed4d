/**
 * Joins the nodes of a cluster: who is alive, who is logged in where, and what nodes tell each
 * other.
 */
@org.jspecify.annotations.NullMarked
package io.chatserver.server.cluster;
