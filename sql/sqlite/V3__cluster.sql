-- See sql/mysql for what means what.

CREATE TABLE degraded_node (
  node  TEXT    NOT NULL PRIMARY KEY,
  until INTEGER NOT NULL
);

-- A transaction that writes locks everything here, so there are no locks of conversations.

INSERT INTO schema_version (version) VALUES (3);
