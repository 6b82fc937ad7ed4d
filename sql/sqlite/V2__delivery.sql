-- See sql/mysql for what means what.

ALTER TABLE message ADD COLUMN client_id TEXT;

CREATE UNIQUE INDEX message_client_id ON message (sender_id, client_id) WHERE client_id IS NOT NULL;

ALTER TABLE member ADD COLUMN read_seq INTEGER NOT NULL DEFAULT 0;

CREATE TABLE session_token (
  token_hash BLOB    NOT NULL PRIMARY KEY,
  user_id    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX session_token_user ON session_token (user_id, created_at);

INSERT INTO schema_version (version) VALUES (2);
