-- The schema of the chat server for MySQL 8 and MariaDB 10.6 or newer.
--
-- The server applies this file by itself (Flyway). To apply it by hand:
--   mysql --user=… --password DATABASE < sql/mysql/V1__foundation.sql
-- Times are microseconds since 1970-01-01 UTC.

CREATE TABLE account (
  id            INT          NOT NULL AUTO_INCREMENT,
  name          VARCHAR(50)  NOT NULL,
  password_hash VARCHAR(255) NOT NULL,
  created_at    BIGINT       NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY account_name (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One direction: friend_id stands on the list of user_id.
CREATE TABLE friend (
  user_id    INT    NOT NULL,
  friend_id  INT    NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, friend_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE chat_group (
  id           INT          NOT NULL AUTO_INCREMENT,
  name         VARCHAR(50)  NOT NULL,
  description  VARCHAR(200) NOT NULL,
  member_count INT          NOT NULL,
  created_at   BIGINT       NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY chat_group_name (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who takes part in a conversation, and how far he has got in its log.
-- conversation_id: the id of a group, or for two people low_id * 2^32 + high_id.
-- role: 0 creator, 1 normal.  joined_seq: the log up to there is not his to see.
CREATE TABLE member (
  user_id         INT     NOT NULL,
  conversation_id BIGINT  NOT NULL,
  role            TINYINT NOT NULL,
  joined_seq      BIGINT  NOT NULL,
  received_seq    BIGINT  NOT NULL,
  PRIMARY KEY (user_id, conversation_id),
  UNIQUE KEY member_conversation (conversation_id, user_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The log: seq is 1, 2, 3 … in each conversation, without a hole.  kind: 1 message.
CREATE TABLE message (
  conversation_id BIGINT     NOT NULL,
  seq             BIGINT     NOT NULL,
  kind            TINYINT    NOT NULL,
  sender_id       INT        NOT NULL,
  sent_at         BIGINT     NOT NULL,
  body            MEDIUMTEXT NOT NULL,
  PRIMARY KEY (conversation_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Which of these files has been applied last, whoever applied it.
CREATE TABLE schema_version (
  version INT NOT NULL,
  PRIMARY KEY (version)
) ENGINE = InnoDB;

INSERT INTO schema_version (version) VALUES (1);
