-- Accounts that an operator opens and disables, and what ends sessions on all nodes.
--
-- Adding columns with defaults does not copy the tables (MySQL 8, MariaDB 10.6): it takes a moment,
-- however many rows there are. Old rows are enabled and no administrators.

-- disabled: 1 if nobody can log in.  admin: 1 for an administrator.
-- revision: the last change (account_change) that ends all sessions begun before it, 0 for none.
-- modern: 1 if a modern client has logged in.
-- legacy_numbers: the numbers that its C++ clients have shown, as ten numbers or hyphens in the order of
-- docs/PROTOCOL.md; empty if they have shown none, NULL if there was no such client.
ALTER TABLE account
  ADD COLUMN disabled       TINYINT     NOT NULL DEFAULT 0,
  ADD COLUMN admin          TINYINT     NOT NULL DEFAULT 0,
  ADD COLUMN revision       BIGINT      NOT NULL DEFAULT 0,
  ADD COLUMN modern         TINYINT     NOT NULL DEFAULT 0,
  ADD COLUMN legacy_numbers VARCHAR(40) NULL;

-- A family is a token that was issued for a password, and those it was renewed into. These have a
-- row here.
-- family: the hash of the first token.  first_issued_at: when that was issued.
CREATE TABLE token_family (
  token_hash      BINARY(32) NOT NULL,
  family          BINARY(32) NOT NULL,
  first_issued_at BIGINT     NOT NULL,
  PRIMARY KEY (token_hash),
  KEY token_family_family (family),
  FOREIGN KEY (token_hash) REFERENCES session_token (token_hash) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What ends sessions, which every node looks for: the newest hundred thousand, numbered without a hole.
-- kind: 1 disabled, 2 password changed, 3 all tokens revoked, 4 a family of tokens revoked.
-- kept_session: the session that asked for it, and stays; 0 for none.
CREATE TABLE account_change (
  revision     BIGINT     NOT NULL,
  user_id      INT        NOT NULL,
  kind         TINYINT    NOT NULL,
  family       BINARY(32) NULL,
  kept_session BIGINT     NOT NULL,
  PRIMARY KEY (revision)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The number of the last change, in one row. A transaction that makes a change locks it, so changes
-- are committed in the order of their numbers: a node that has read one has missed none below it.
CREATE TABLE account_revision (
  id       INT    NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB;

INSERT INTO account_revision (id, revision) VALUES (1, 0);

INSERT INTO schema_version (version) VALUES (4);
