-- See sql/mysql for what means what.

CREATE TABLE node_key (
  id     INTEGER NOT NULL PRIMARY KEY,
  secret TEXT    NOT NULL
);

INSERT INTO schema_version (version) VALUES (6);
