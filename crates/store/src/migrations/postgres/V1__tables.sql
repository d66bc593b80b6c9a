-- Identifiers are UUIDs, hashes SHA-256 of 32 bytes, times whole seconds since 1970. Sizes count a row with its header and
-- what its indexes hold of it; a row that was changed or deleted takes its room until it is vacuumed.
--
-- Tables that rows come and go in are vacuumed after every fiftieth of their rows, so that what is gone makes room for what
-- comes. Those whose rows change in columns without an index leave room in their pages, so that a changed row stays in its
-- page and no index is written.

-- About 200 bytes a row, and 100 in the indexes.
CREATE TABLE users (
    id uuid PRIMARY KEY,
    username text NOT NULL,
    -- The username in lower case.
    username_key text NOT NULL UNIQUE,
    name text,
    email text,
    administrator boolean NOT NULL,
    disabled_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    -- What is known of a person beside name and e-mail address, a JSON object, and the groups they are in, a JSON list;
    -- NULL if there is nothing.
    claims text,
    member_of text,
    -- The identifier of the person in the application that has its own users; NULL for accounts of this server.
    external_id text,
    -- The subject that the account was given when it was made; NULL if its id is the subject.
    subject text
);
CREATE UNIQUE INDEX users_external_id ON users (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX users_subject ON users (subject) WHERE subject IS NOT NULL;
CREATE INDEX users_email ON users (lower(email COLLATE "C")) WHERE email IS NOT NULL;
CREATE INDEX users_administrators ON users (id) WHERE administrator AND disabled_at IS NULL;

-- What people prove themselves with. About 220 bytes a row, most of it a password's hash, and 90 in the indexes.
CREATE TABLE credentials (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    label text,
    -- By which it is found if the account is not known yet, 32 bytes.
    lookup bytea,
    -- The hash of a password in PHC format, the sealed secret of an app, the keyed hash of a recovery code, the public key of a
    -- passkey as JSON.
    secret bytea NOT NULL,
    -- Only grows: the newest time step of an app that was used, the signature counter of a passkey.
    counter bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    last_used_at bigint,
    PRIMARY KEY (user_id, id)
) WITH (fillfactor = 85);
-- An account has one password at most.
CREATE UNIQUE INDEX credentials_password ON credentials (user_id) WHERE kind = 'password';
CREATE UNIQUE INDEX credentials_lookup ON credentials (lookup) WHERE lookup IS NOT NULL;
CREATE INDEX credentials_passkeys ON credentials (created_at) WHERE kind = 'passkey';

-- How often somebody guessed at what belongs to an account. About 75 bytes a row and 80 in the indexes.
CREATE TABLE guesses (
    bucket bytea PRIMARY KEY,
    count bigint NOT NULL,
    ends_at bigint NOT NULL
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX guesses_by_end ON guesses (ends_at);

-- About 650 bytes a row and 150 in the indexes.
CREATE TABLE clients (
    key uuid PRIMARY KEY,
    client_id text NOT NULL UNIQUE,
    owner uuid,
    -- What nothing is looked up by, as JSON.
    registration text NOT NULL,
    secret_sha256 bytea,
    secret_argon2id text,
    -- The secret itself of a client that signs with it (client_secret_jwt), sealed with the master key.
    secret_sealed bytea,
    revision bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    -- Whether the client registered itself. The hash of the token by which it changes itself, and that of its metadata.
    dynamic boolean NOT NULL DEFAULT false,
    registration_token bytea,
    identity bytea,
    -- Whether it gets pairwise subjects: read with every token, so that it stands beside its JSON.
    pairwise boolean NOT NULL DEFAULT false,
    -- The longest time for which a token is valid that was signed for it, in seconds; NULL if the server decides.
    signed_token_lifetime bigint
);
CREATE INDEX clients_by_lifetime ON clients (signed_token_lifetime) WHERE signed_token_lifetime IS NOT NULL;
CREATE INDEX clients_by_owner ON clients (owner, key) WHERE owner IS NOT NULL;
CREATE UNIQUE INDEX clients_by_identity ON clients (identity) WHERE identity IS NOT NULL;
CREATE INDEX clients_dynamic_by_change ON clients (updated_at) WHERE dynamic;
CREATE INDEX clients_trusted ON clients (key) WHERE (registration::jsonb ->> 'skip_authorization') = 'true';

-- Clients that are gone and whose consents wait for the sweep.
CREATE TABLE deleted_clients (
    key uuid PRIMARY KEY,
    deleted_at bigint NOT NULL
);

-- About 100 bytes a row and 75 in the indexes.
-- The pictures of clients, as they were fetched: bounded in size and number by the provider.
CREATE TABLE logos (
    client uuid PRIMARY KEY REFERENCES clients (key) ON DELETE CASCADE,
    uri text NOT NULL,
    media_type text NOT NULL,
    picture bytea NOT NULL,
    fetched_at bigint NOT NULL
);

CREATE TABLE consents (
    user_id uuid NOT NULL,
    client uuid NOT NULL,
    -- The redirect URI on a person's device to which it is bound; empty if it is bound to none.
    device_uri text NOT NULL DEFAULT '',
    scope text NOT NULL,
    granted_at bigint NOT NULL,
    PRIMARY KEY (user_id, client, device_uri)
) WITH (fillfactor = 90);
CREATE INDEX consents_by_client ON consents (client);

-- About 310 bytes a row and 210 in the indexes.
CREATE TABLE grants (
    id uuid PRIMARY KEY,
    -- The hash of its code, and where it was sent; NULL if the grant never had a code.
    code bytea UNIQUE,
    client uuid NOT NULL,
    user_id uuid NOT NULL,
    scope text NOT NULL,
    redirect_uri text,
    challenge text,
    challenge_method text,
    issued_at bigint NOT NULL,
    code_expires_at bigint,
    -- The end of the family, however often it is refreshed.
    expires_at bigint NOT NULL,
    -- When nothing of it can be presented any more: the end of its code, later that of its last token.
    ends_at bigint NOT NULL,
    wrong_verifiers bigint NOT NULL DEFAULT 0,
    redeemed_at bigint,
    revoked_at bigint,
    -- Resources that a token is for (RFC 8707), separated by spaces; NULL if the request named none.
    audience text,
    -- What id tokens of a grant say, as JSON: about 120 bytes, NULL if the scope is without openid.
    openid text,
    -- The key to which every token of it is bound (RFC 7800), as JSON; NULL for bearer tokens.
    confirmation text,
    -- The session with which it ends, 16 bytes and 30 in the index; NULL if it outlives that.
    session uuid,
    -- The subject of its user, if the account was given one: tokens are made without a look at the account.
    subject text
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX grants_by_end ON grants (ends_at);
CREATE INDEX grants_by_user ON grants (user_id, client) WHERE revoked_at IS NULL;
CREATE INDEX grants_by_client ON grants (client) WHERE revoked_at IS NULL;
CREATE INDEX grants_by_session ON grants (session) WHERE session IS NOT NULL AND revoked_at IS NULL;

-- About 190 bytes a row and 85 in the indexes.
CREATE TABLE access_tokens (
    hash bytea PRIMARY KEY,
    -- None where the client acts for itself.
    grant_id uuid,
    client uuid NOT NULL,
    user_id uuid,
    scope text NOT NULL,
    issued_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    revoked_at bigint,
    -- As in its grant.
    audience text,
    confirmation text
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX access_tokens_by_end ON access_tokens (expires_at);
-- Tokens of a family are ended with it; these two hold only the others.
CREATE INDEX access_tokens_single_by_client ON access_tokens (client)
    WHERE grant_id IS NULL AND revoked_at IS NULL;
CREATE INDEX access_tokens_single_by_user ON access_tokens (user_id)
    WHERE grant_id IS NULL AND user_id IS NOT NULL AND revoked_at IS NULL;

-- About 130 bytes a row and 85 in the indexes. Client, person and revocation are the grant's.
CREATE TABLE refresh_tokens (
    hash bytea PRIMARY KEY,
    grant_id uuid NOT NULL,
    scope text NOT NULL,
    issued_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    -- Milliseconds since 1970.
    rotated_at bigint,
    -- Where its sealed answer is: the first half of that row's key.
    answer_until bigint
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);

-- Sealed answers of exchanged refresh tokens: apart, because each is larger than its token and needed for seconds.
CREATE TABLE rotated_answers (
    until bigint NOT NULL,
    token bytea NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (until, token)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- About 130 bytes a row and 150 in the indexes.
CREATE TABLE sessions (
    hash bytea PRIMARY KEY,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    -- How the person signed in: methods separated by spaces (RFC 8176), and the context class that they reach.
    methods text NOT NULL,
    acr text NOT NULL,
    authenticated_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE INDEX sessions_by_use ON sessions (last_seen_at);
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
    -- The subject that the account was given: the account may be gone when the client is notified.
    subject text,
    PRIMARY KEY (session, client)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX logout_deliveries_by_due ON logout_deliveries (due_at);

-- Mails that wait to be sent. About 8 KiB a row, most of it beside the table, and 110 bytes in the indexes.
CREATE TABLE mails (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    -- The account that the mail is about.
    user_id uuid,
    -- Recipient and text, sealed with the master key.
    sealed bytea NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    -- When to try next; the sender moves it on.
    due_at bigint NOT NULL,
    attempts bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
-- Encrypted bytes cannot be compressed.
ALTER TABLE mails ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX mails_by_due ON mails (due_at);
CREATE INDEX mails_by_end ON mails (expires_at);

-- Values that may be used once, by their hashes. About 75 bytes a row and 80 in the indexes.
CREATE TABLE used_values (
    hash bytea PRIMARY KEY,
    -- True for a consent form with which the user denied the request. It fits before the next column without another byte.
    denied boolean NOT NULL,
    expires_at bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX used_values_by_end ON used_values (expires_at);

CREATE TABLE one_time_links (
    hash bytea PRIMARY KEY,
    expires_at bigint NOT NULL
);
CREATE INDEX one_time_links_by_end ON one_time_links (expires_at);

-- The root key, sealed once for each master key that opens it. Of two that are added at once, one gets its number.
CREATE TABLE root_keys (
    number bigint PRIMARY KEY,
    master_key_id text NOT NULL UNIQUE,
    sealed bytea NOT NULL
);

-- Links to make an account or to choose another password. They stay for 30 days after their end, so that their holders learn why they
-- do not work.
CREATE TABLE account_links (
    hash bytea PRIMARY KEY,
    -- invitation or reset.
    kind text NOT NULL,
    -- The account that gets another password; NULL for invitations.
    user_id uuid,
    -- True if the other credentials of the account go with the old password.
    removes_factors boolean NOT NULL,
    -- The username that an invitation suggests, and the groups of its accounts, a JSON list; NULL if there is none.
    username text,
    member_of text,
    uses_left bigint NOT NULL,
    -- The account of who made it; NULL for the operator.
    made_by uuid,
    made_at bigint NOT NULL,
    ends_at bigint NOT NULL
);
CREATE INDEX account_links_by_user ON account_links (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX account_links_by_end ON account_links (ends_at);

CREATE TABLE signing_keys (
    kid text PRIMARY KEY,
    algorithm text NOT NULL,
    public_jwk text NOT NULL,
    sealed_private bytea NOT NULL,
    created_at bigint NOT NULL,
    -- When it begins to sign (it is published before that), and until when what it signed is verified.
    signs_from bigint NOT NULL DEFAULT 0,
    verifies_until bigint
);

-- Of each algorithm one key is the newest.
CREATE UNIQUE INDEX signing_keys_newest ON signing_keys (algorithm) WHERE verifies_until IS NULL;
CREATE INDEX signing_keys_by_end ON signing_keys (verifies_until) WHERE verifies_until IS NOT NULL;

-- Which process runs a job, and until when. One row for each job.
CREATE TABLE leases (
    job text PRIMARY KEY,
    holder bytea NOT NULL,
    until bigint NOT NULL
) WITH (fillfactor = 50);

-- What happened, for auditors. Written in the commit of the change.
CREATE TABLE events (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    kind text NOT NULL,
    -- operator, person, client, anonymous or system; the id of a person or client.
    actor text NOT NULL,
    actor_id uuid,
    -- The account and the client that the event is about.
    account uuid,
    client uuid,
    -- What else is known, a JSON object.
    details text NOT NULL
);
CREATE INDEX events_by_time ON events (at);
CREATE INDEX events_by_account ON events (account, number) WHERE account IS NOT NULL;
CREATE INDEX events_by_client ON events (client, number) WHERE client IS NOT NULL;
CREATE INDEX events_by_actor ON events (actor_id, number)
    WHERE actor_id IS NOT NULL AND actor_id IS DISTINCT FROM account;

-- How often events of a kind happened at a node in an hour.
CREATE TABLE event_counts (
    hour bigint NOT NULL,
    kind text NOT NULL,
    node bytea NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (hour, kind, node)
);

-- One row that is written to find out whether it can be.
CREATE TABLE readiness (
    only_row boolean PRIMARY KEY CHECK (only_row),
    checks bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO readiness (only_row, checks) VALUES (true, 0);
