-- Nodes that are cut off from Redis say so here, until that second; the others then look at the
-- heads of conversations themselves.

CREATE TABLE degraded_node (
  node  VARCHAR(200) NOT NULL,
  until BIGINT       NOT NULL,
  PRIMARY KEY (node)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Nodes that write to the same conversations at the same time take turns by these rows: a
-- conversation belongs to one of them.
CREATE TABLE conversation_lock (
  id INT NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB;

INSERT INTO conversation_lock (id)
WITH digit (n) AS (
  SELECT 0 UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5
  UNION SELECT 6 UNION SELECT 7
)
SELECT a.n + 8 * b.n + 64 * c.n + 512 * d.n FROM digit a, digit b, digit c, digit d;

INSERT INTO schema_version (version) VALUES (3);
