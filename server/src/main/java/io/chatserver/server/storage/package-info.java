/**
 * The database: pools, transactions, schema. Knows no table of its own but the schema's version.
 */
@NullMarked
package io.chatserver.server.storage;

import org.jspecify.annotations.NullMarked;
