-- When a key begins to sign (it is published before that), and until when what it signed is verified.
ALTER TABLE signing_keys ADD COLUMN signs_from bigint NOT NULL DEFAULT 0;
ALTER TABLE signing_keys ADD COLUMN verifies_until bigint;
UPDATE signing_keys SET signs_from = created_at;

-- Of each algorithm one key is the newest.
CREATE UNIQUE INDEX signing_keys_newest ON signing_keys (algorithm) WHERE verifies_until IS NULL;
CREATE INDEX signing_keys_by_end ON signing_keys (verifies_until) WHERE verifies_until IS NOT NULL;
