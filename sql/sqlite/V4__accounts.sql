-- See sql/mysql for what means what.

ALTER TABLE account ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN admin    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN modern INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN legacy_numbers TEXT NULL;

CREATE TABLE token_family (
  token_hash      BLOB    NOT NULL PRIMARY KEY
    REFERENCES session_token (token_hash) ON DELETE CASCADE,
  family          BLOB    NOT NULL,
  first_issued_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX token_family_family ON token_family (family);

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
