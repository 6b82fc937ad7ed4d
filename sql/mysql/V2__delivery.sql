-- What a proven delivery needs: the senders' own ids of their messages, how far users have
-- read, and the tokens of their sessions.

-- Given by the client, so that it can send a message again without saying it twice.
ALTER TABLE message
  ADD COLUMN client_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD UNIQUE KEY message_client_id (sender_id, client_id);

ALTER TABLE member
  ADD COLUMN read_seq BIGINT NOT NULL DEFAULT 0;

-- token_hash: SHA-256 of the token, which the server does not keep.
CREATE TABLE session_token (
  token_hash BINARY(32) NOT NULL,
  user_id    INT        NOT NULL,
  created_at BIGINT     NOT NULL,
  expires_at BIGINT     NOT NULL,
  PRIMARY KEY (token_hash),
  KEY session_token_user (user_id, created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO schema_version (version) VALUES (2);
