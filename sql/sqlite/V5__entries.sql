-- See sql/mysql for what means what. The server runs this file in one transaction. To run it by hand:
--   (echo 'BEGIN;'; cat sql/sqlite/V5__entries.sql; echo 'COMMIT;') | sqlite3 -bail chat.db

ALTER TABLE message ADD COLUMN target INTEGER NULL;
ALTER TABLE message ADD COLUMN others INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN rights INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN content_hash BLOB NULL;

ALTER TABLE member ADD COLUMN left_seq INTEGER NULL;

CREATE TABLE member_range (
  user_id         INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  joined_seq      INTEGER NOT NULL,
  left_seq        INTEGER NOT NULL,
  PRIMARY KEY (user_id, conversation_id, joined_seq)
) WITHOUT ROWID;

CREATE TABLE log_epoch (
  id       INTEGER NOT NULL PRIMARY KEY,
  epoch    TEXT    NOT NULL,
  renewals INTEGER NOT NULL
);

INSERT INTO log_epoch (id, epoch, renewals) VALUES (1, lower(hex(randomblob(8))), 0);

ALTER TABLE message RENAME TO log_entry;

INSERT INTO schema_version (version) VALUES (5);
