-- Resources that a token is for (RFC 8707), separated by spaces; NULL where the request named none.
ALTER TABLE grants ADD COLUMN audience text;
ALTER TABLE access_tokens ADD COLUMN audience text;

-- What id tokens of a grant say, as JSON: about 120 bytes, NULL where the scope is without openid.
ALTER TABLE grants ADD COLUMN openid text;
-- The session with which it ends, 16 bytes and 30 in the index; NULL where it outlives that.
ALTER TABLE grants ADD COLUMN session uuid;
CREATE INDEX grants_by_session ON grants (session) WHERE session IS NOT NULL AND revoked_at IS NULL;

-- Whether the client registered itself. The hash of the token by which it changes itself, and that of its metadata.
ALTER TABLE clients ADD COLUMN dynamic boolean NOT NULL DEFAULT false;
ALTER TABLE clients ADD COLUMN registration_token bytea;
ALTER TABLE clients ADD COLUMN identity bytea;
-- Whether it calls people by names of its own: what is asked of every token, so that it stands beside its JSON.
ALTER TABLE clients ADD COLUMN pairwise boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX clients_by_identity ON clients (identity) WHERE identity IS NOT NULL;
CREATE INDEX clients_dynamic_by_change ON clients (updated_at) WHERE dynamic;

-- A session that goes on under another cookie keeps its id.
CREATE INDEX sessions_by_id ON sessions (id);

-- What a session has signed in to; goes with it. About 65 bytes a row and 50 in the index.
CREATE TABLE session_clients (
    session uuid NOT NULL,
    client uuid NOT NULL,
    PRIMARY KEY (session, client)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- Clients that wait to be told that a session has ended. About 105 bytes a row and 75 in the indexes.
CREATE TABLE logout_deliveries (
    session uuid NOT NULL,
    client uuid NOT NULL,
    user_id uuid NOT NULL,
    ended_at bigint NOT NULL,
    -- When to try next; whoever delivers moves it on.
    due_at bigint NOT NULL,
    attempts bigint NOT NULL,
    PRIMARY KEY (session, client)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX logout_deliveries_by_due ON logout_deliveries (due_at);

-- Values that may be used once, by their hashes. About 75 bytes a row and 80 in the indexes.
CREATE TABLE used_values (
    hash bytea PRIMARY KEY,
    expires_at bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX used_values_by_end ON used_values (expires_at);
