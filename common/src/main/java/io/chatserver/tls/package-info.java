/**
 * TLS for clients: the address of a server, the trusted authorities, explanations of failures, and
 * files in PEM.
 */
@NullMarked
package io.chatserver.tls;

import org.jspecify.annotations.NullMarked;
