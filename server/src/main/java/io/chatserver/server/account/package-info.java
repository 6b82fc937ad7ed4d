/** Accounts and their passwords. */
@NullMarked
package io.chatserver.server.account;

import org.jspecify.annotations.NullMarked;
