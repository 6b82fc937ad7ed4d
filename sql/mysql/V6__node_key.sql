-- What the nodes of a cluster tell each other by Redis is sealed with a key, so that nobody else can
-- tell them something. The first node makes it; delete the row and restart all nodes for a new one.

-- secret: 32 random bytes in hexadecimal.
CREATE TABLE IF NOT EXISTS node_key (
  id     INT      NOT NULL,
  secret CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB;

INSERT IGNORE INTO schema_version (version) VALUES (6);
