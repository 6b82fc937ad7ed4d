-- See sql/mysql for what means what.

ALTER TABLE account ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN admin    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

ALTER TABLE session_token ADD COLUMN family          BLOB;
ALTER TABLE session_token ADD COLUMN first_issued_at INTEGER;

CREATE TABLE account_change (
  revision     INTEGER NOT NULL PRIMARY KEY,
  user_id      INTEGER NOT NULL,
  kind         INTEGER NOT NULL,
  family       BLOB,
  kept_session INTEGER NOT NULL
);

CREATE TABLE account_revision (
  id       INTEGER NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL
);

INSERT INTO account_revision (id, revision) VALUES (1, 0);

INSERT INTO schema_version (version) VALUES (4);
