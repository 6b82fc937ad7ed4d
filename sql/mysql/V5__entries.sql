-- The log takes entries of all kinds, and members see ranges of it.
--
-- Stop all nodes first. A node of the version before would write rows that mean nothing: at the end
-- the log's table gets another name, so the database refuses such a node at once.
--
-- Only columns with defaults are added, and no row is rewritten: it takes a moment and no disk,
-- however many messages there are. If it is interrupted, run it again: what was done is not done
-- twice.

-- The log, under its old name until the end of this file.
-- kind: 1 text, 2 joined, 3 removed.
-- target: of kinds 2 and 3 the user who joined or was removed.
-- others: how many entries up to this one, itself included, are no texts.
-- rights: the seq of the last entry, itself included, that changed who may do what here; 0 for none.
-- content_hash: of what was sent under the client id, to recognize a repeat; NULL in older rows.
SET @statement = IF(
  EXISTS (SELECT 1 FROM information_schema.tables
          WHERE table_schema = DATABASE() AND table_name = 'message')
  AND NOT EXISTS (SELECT 1 FROM information_schema.columns
                  WHERE table_schema = DATABASE() AND table_name = 'message'
                  AND column_name = 'rights'),
  'ALTER TABLE message
     ADD COLUMN target       BIGINT     NULL,
     ADD COLUMN others       BIGINT     NOT NULL DEFAULT 0,
     ADD COLUMN rights       BIGINT     NOT NULL DEFAULT 0,
     ADD COLUMN content_hash BINARY(16) NULL',
  'DO 0');
PREPARE statement FROM @statement;
EXECUTE statement;
DEALLOCATE PREPARE statement;

-- A member sees the entries behind joined_seq up to left_seq; NULL for one who has not left.
SET @statement = IF(
  EXISTS (SELECT 1 FROM information_schema.columns
          WHERE table_schema = DATABASE() AND table_name = 'member' AND column_name = 'left_seq'),
  'DO 0',
  'ALTER TABLE member ADD COLUMN left_seq BIGINT NULL');
PREPARE statement FROM @statement;
EXECUTE statement;
DEALLOCATE PREPARE statement;

-- The ranges that members saw before they left and joined again.
CREATE TABLE IF NOT EXISTS member_range (
  user_id         INT    NOT NULL,
  conversation_id BIGINT NOT NULL,
  joined_seq      BIGINT NOT NULL,
  left_seq        BIGINT NOT NULL,
  PRIMARY KEY (user_id, conversation_id, joined_seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The epoch of the log, in one row. It is renewed when the database was restored from a copy, so
-- cursors from before are not taken for places in the log of today.
-- epoch: 16 hexadecimal digits.  renewals: how often it was renewed.
CREATE TABLE IF NOT EXISTS log_epoch (
  id       INT      NOT NULL,
  epoch    CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  renewals INT      NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB;

INSERT IGNORE INTO log_epoch (id, epoch, renewals) VALUES (1, LEFT(SHA2(UUID(), 256), 16), 0);

SET @statement = IF(
  EXISTS (SELECT 1 FROM information_schema.tables
          WHERE table_schema = DATABASE() AND table_name = 'message'),
  'RENAME TABLE message TO log_entry',
  'DO 0');
PREPARE statement FROM @statement;
EXECUTE statement;
DEALLOCATE PREPARE statement;

-- Last of all, so a server that finds it has nothing left to do.
INSERT IGNORE INTO schema_version (version) VALUES (5);
