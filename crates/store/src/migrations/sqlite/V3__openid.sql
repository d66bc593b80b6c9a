-- Resources that a token is for (RFC 8707), separated by spaces; NULL where the request named none.
ALTER TABLE grants ADD COLUMN audience TEXT;
ALTER TABLE access_tokens ADD COLUMN audience TEXT;

-- What id tokens of a grant say, as JSON: about 120 bytes, NULL where the scope is without openid.
ALTER TABLE grants ADD COLUMN openid TEXT;
-- The session with which it ends, 16 bytes and 40 in the index; NULL where it outlives that.
ALTER TABLE grants ADD COLUMN session BLOB;
CREATE INDEX grants_by_session ON grants (session) WHERE session IS NOT NULL AND revoked_at IS NULL;

-- 1 where the client registered itself. The hash of the token by which it changes itself, and that of its metadata.
ALTER TABLE clients ADD COLUMN dynamic INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN registration_token BLOB;
ALTER TABLE clients ADD COLUMN identity BLOB;
-- 1 where it calls people by names of its own: what is asked of every token, so that it stands beside its JSON.
ALTER TABLE clients ADD COLUMN pairwise INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX clients_by_identity ON clients (identity) WHERE identity IS NOT NULL;
CREATE INDEX clients_dynamic_by_change ON clients (updated_at) WHERE dynamic = 1;

-- A session that goes on under another cookie keeps its id.
CREATE INDEX sessions_by_id ON sessions (id);

-- What a session has signed in to; goes with it. About 40 bytes a row.
CREATE TABLE session_clients (
    session BLOB NOT NULL,
    client BLOB NOT NULL,
    PRIMARY KEY (session, client)
) STRICT, WITHOUT ROWID;

-- Clients that wait to be told that a session has ended. About 75 bytes a row and 45 in the index.
CREATE TABLE logout_deliveries (
    session BLOB NOT NULL,
    client BLOB NOT NULL,
    user BLOB NOT NULL,
    ended_at INTEGER NOT NULL,
    -- When to try next; whoever delivers moves it on.
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (session, client)
) STRICT, WITHOUT ROWID;
CREATE INDEX logout_deliveries_by_due ON logout_deliveries (due_at);

-- Values that may be used once, by their hashes. About 45 bytes a row and 45 in the index.
CREATE TABLE used_values (
    hash BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_values_by_end ON used_values (expires_at);
