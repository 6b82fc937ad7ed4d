-- Nodes that are cut off from Redis say so here, until that second; the others then look at the
-- heads of conversations themselves.

CREATE TABLE degraded_node (
  node  VARCHAR(200) NOT NULL,
  until BIGINT       NOT NULL,
  PRIMARY KEY (node)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO schema_version (version) VALUES (3);
