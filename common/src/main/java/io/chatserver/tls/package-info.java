/**
 * TLS beside the protocol: the address of a server, the servers that a client trusts, failures in
 * words, and files in PEM.
 */
@NullMarked
package io.chatserver.tls;

import org.jspecify.annotations.NullMarked;
