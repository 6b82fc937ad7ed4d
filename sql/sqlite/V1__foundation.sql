-- The schema of the chat server for SQLite, its embedded default: see sql/mysql for what means what.
-- Times are microseconds since 1970-01-01 UTC.

CREATE TABLE account (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  name          TEXT    NOT NULL UNIQUE,
  password_hash TEXT    NOT NULL,
  created_at    INTEGER NOT NULL
);

CREATE TABLE friend (
  user_id    INTEGER NOT NULL,
  friend_id  INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, friend_id)
) WITHOUT ROWID;

CREATE TABLE chat_group (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  name         TEXT    NOT NULL UNIQUE,
  description  TEXT    NOT NULL,
  member_count INTEGER NOT NULL,
  created_at   INTEGER NOT NULL
);

CREATE TABLE member (
  user_id         INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  role            INTEGER NOT NULL,
  joined_seq      INTEGER NOT NULL,
  received_seq    INTEGER NOT NULL,
  PRIMARY KEY (user_id, conversation_id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX member_conversation ON member (conversation_id, user_id);

CREATE TABLE message (
  conversation_id INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  kind            INTEGER NOT NULL,
  sender_id       INTEGER NOT NULL,
  sent_at         INTEGER NOT NULL,
  body            TEXT    NOT NULL,
  PRIMARY KEY (conversation_id, seq)
) WITHOUT ROWID;

CREATE TABLE schema_version (
  version INTEGER NOT NULL PRIMARY KEY
);

INSERT INTO schema_version (version) VALUES (1);
