-- Identifiers are UUIDs of 16 bytes, hashes SHA-256 of 32 bytes, times whole seconds since 1970.
-- Tables without rowid are ordered by their key: a look-up is one descent.

-- "Pixi": tells a Pixie database from any other (https://sqlite.org/pragma.html#pragma_application_id).
PRAGMA application_id = 0x50697869;

-- About 150 bytes a row.
CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY,
    username TEXT NOT NULL,
    -- The username in lower case.
    username_key TEXT NOT NULL UNIQUE,
    name TEXT,
    email TEXT,
    administrator INTEGER NOT NULL,
    disabled_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- What is known of a person beside name and e-mail address, a JSON object, and the groups they are in, a JSON list;
    -- NULL if there is nothing.
    claims TEXT,
    member_of TEXT,
    -- The identifier of the person in the application that has its own users; NULL for accounts of this server.
    external_id TEXT,
    -- The subject that the account was given when it was made; NULL if its id is the subject.
    subject TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_external_id ON users (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX users_subject ON users (subject) WHERE subject IS NOT NULL;
CREATE INDEX users_email ON users (email COLLATE NOCASE) WHERE email IS NOT NULL;
CREATE INDEX users_administrators ON users (id) WHERE administrator = 1 AND disabled_at IS NULL;

-- What people prove themselves with. About 170 bytes a row, most of it a password's hash, and 45 in the index.
CREATE TABLE credentials (
    user BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    label TEXT,
    -- By which it is found if the account is not known yet, 32 bytes.
    lookup BLOB,
    -- The hash of a password in PHC format, the sealed secret of an app, the keyed hash of a recovery code, the public key of a
    -- passkey as JSON.
    secret BLOB NOT NULL,
    -- Only grows: the newest time step of an app that was used, the signature counter of a passkey.
    counter INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    PRIMARY KEY (user, id)
) STRICT, WITHOUT ROWID;
-- An account has one password at most.
CREATE UNIQUE INDEX credentials_password ON credentials (user) WHERE kind = 'password';
CREATE UNIQUE INDEX credentials_lookup ON credentials (lookup) WHERE lookup IS NOT NULL;
CREATE INDEX credentials_passkeys ON credentials (created_at) WHERE kind = 'passkey';

-- How often somebody guessed at what belongs to an account. About 45 bytes a row and 45 in the index.
CREATE TABLE guesses (
    bucket BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX guesses_by_end ON guesses (ends_at);

-- About 600 bytes a row.
CREATE TABLE clients (
    key BLOB NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL UNIQUE,
    owner BLOB,
    -- What nothing is looked up by, as JSON.
    registration TEXT NOT NULL,
    secret_sha256 BLOB,
    secret_argon2id TEXT,
    -- The secret itself of a client that signs with it (client_secret_jwt), sealed with the master key.
    secret_sealed BLOB,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- 1 if the client registered itself. The hash of the token by which it changes itself, and that of its metadata.
    dynamic INTEGER NOT NULL DEFAULT 0,
    registration_token BLOB,
    identity BLOB,
    -- 1 if it gets pairwise subjects: read with every token, so that it stands beside its JSON.
    pairwise INTEGER NOT NULL DEFAULT 0,
    -- The longest time for which a token is valid that was signed for it, in seconds; NULL if the server decides.
    signed_token_lifetime INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX clients_by_lifetime ON clients (signed_token_lifetime) WHERE signed_token_lifetime IS NOT NULL;
CREATE INDEX clients_by_owner ON clients (owner, key) WHERE owner IS NOT NULL;
CREATE UNIQUE INDEX clients_by_identity ON clients (identity) WHERE identity IS NOT NULL;
CREATE INDEX clients_dynamic_by_change ON clients (updated_at) WHERE dynamic = 1;
CREATE INDEX clients_trusted ON clients (key) WHERE registration ->> 'skip_authorization' = 1;

-- Clients that are gone and whose consents wait for the sweep.
CREATE TABLE deleted_clients (
    key BLOB NOT NULL PRIMARY KEY,
    deleted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The pictures of clients, as they were fetched: bounded in size and number by the provider. Not without rowid: rows are large.
CREATE TABLE logos (
    client BLOB NOT NULL PRIMARY KEY,
    uri TEXT NOT NULL,
    media_type TEXT NOT NULL,
    picture BLOB NOT NULL,
    fetched_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER logos_go_with_their_clients AFTER DELETE ON clients
    BEGIN DELETE FROM logos WHERE client = old.key; END;

CREATE TABLE consents (
    user BLOB NOT NULL,
    client BLOB NOT NULL,
    -- The redirect URI on a person's device to which it is bound; empty if it is bound to none.
    device_uri TEXT NOT NULL DEFAULT '',
    scope TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (user, client, device_uri)
) STRICT, WITHOUT ROWID;
CREATE INDEX consents_by_client ON consents (client);

-- About 250 bytes a row and 190 in the indexes.
CREATE TABLE grants (
    id BLOB NOT NULL PRIMARY KEY,
    -- The hash of its code, and where it was sent; NULL if the grant never had a code.
    code BLOB UNIQUE,
    client BLOB NOT NULL,
    user BLOB NOT NULL,
    scope TEXT NOT NULL,
    redirect_uri TEXT,
    challenge TEXT,
    challenge_method TEXT,
    issued_at INTEGER NOT NULL,
    code_expires_at INTEGER,
    -- The end of the family, however often it is refreshed.
    expires_at INTEGER NOT NULL,
    -- When nothing of it can be presented any more: the end of its code, later that of its last token.
    ends_at INTEGER NOT NULL,
    wrong_verifiers INTEGER NOT NULL DEFAULT 0,
    redeemed_at INTEGER,
    revoked_at INTEGER,
    -- Resources that a token is for (RFC 8707), separated by spaces; NULL if the request named none.
    audience TEXT,
    -- What id tokens of a grant say, as JSON: about 120 bytes, NULL if the scope is without openid.
    openid TEXT,
    -- The key to which every token of it is bound (RFC 7800), as JSON; NULL for bearer tokens.
    confirmation TEXT,
    -- The session with which it ends, 16 bytes and 40 in the index; NULL if it outlives that.
    session BLOB,
    -- The subject of its user, if the account was given one: tokens are made without a look at the account.
    subject TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_end ON grants (ends_at);
CREATE INDEX grants_by_user ON grants (user, client) WHERE revoked_at IS NULL;
CREATE INDEX grants_by_client ON grants (client) WHERE revoked_at IS NULL;
CREATE INDEX grants_by_session ON grants (session) WHERE session IS NOT NULL AND revoked_at IS NULL;

-- About 130 bytes a row and 50 in the index.
CREATE TABLE access_tokens (
    hash BLOB NOT NULL PRIMARY KEY,
    -- None where the client acts for itself.
    grant_id BLOB,
    client BLOB NOT NULL,
    user BLOB,
    scope TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    -- As in its grant.
    audience TEXT,
    confirmation TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX access_tokens_by_end ON access_tokens (expires_at);
-- Tokens of a family are ended with it; these two hold only the others.
CREATE INDEX access_tokens_single_by_client ON access_tokens (client)
    WHERE grant_id IS NULL AND revoked_at IS NULL;
CREATE INDEX access_tokens_single_by_user ON access_tokens (user)
    WHERE grant_id IS NULL AND user IS NOT NULL AND revoked_at IS NULL;

-- About 90 bytes a row and 50 in the index. Client, person and revocation are the grant's.
CREATE TABLE refresh_tokens (
    hash BLOB NOT NULL PRIMARY KEY,
    grant_id BLOB NOT NULL,
    scope TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- Milliseconds since 1970.
    rotated_at INTEGER,
    -- Where its sealed answer is: the first half of that row's key.
    answer_until INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);

-- Sealed answers of exchanged refresh tokens: apart, because each is larger than its token and needed for seconds.
CREATE TABLE rotated_answers (
    until INTEGER NOT NULL,
    token BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (until, token)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    hash BLOB NOT NULL PRIMARY KEY,
    id BLOB NOT NULL,
    user BLOB NOT NULL,
    -- How the person signed in: methods separated by spaces (RFC 8176), and the context class that they reach.
    methods TEXT NOT NULL,
    acr TEXT NOT NULL,
    authenticated_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user);
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE INDEX sessions_by_use ON sessions (last_seen_at);
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
    -- The subject that the account was given: the account may be gone when the client is notified.
    subject TEXT,
    PRIMARY KEY (session, client)
) STRICT, WITHOUT ROWID;
CREATE INDEX logout_deliveries_by_due ON logout_deliveries (due_at);

-- Mails that wait to be sent. About 8 KiB a row, and 90 bytes in the indexes: not without rowid, because rows are large.
CREATE TABLE mails (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    -- The account that the mail is about.
    user BLOB,
    -- Recipient and text, sealed with the master key.
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- When to try next; the sender moves it on.
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL
) STRICT;
CREATE INDEX mails_by_due ON mails (due_at);
CREATE INDEX mails_by_end ON mails (expires_at);

-- Values that may be used once, by their hashes. About 45 bytes a row and 45 in the index.
CREATE TABLE used_values (
    hash BLOB NOT NULL PRIMARY KEY,
    -- 1 for a consent form with which the user denied the request.
    denied INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_values_by_end ON used_values (expires_at);

CREATE TABLE one_time_links (
    hash BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX one_time_links_by_end ON one_time_links (expires_at);

-- The root key, sealed once for each master key that opens it. Of two that are added at once, one gets its number.
CREATE TABLE root_keys (
    number INTEGER NOT NULL PRIMARY KEY,
    master_key_id TEXT NOT NULL UNIQUE,
    sealed BLOB NOT NULL
) STRICT;

-- Links to make an account or to choose another password. They stay for 30 days after their end, so that their holders learn why they
-- do not work. About 110 bytes a row and 90 in the indexes.
CREATE TABLE account_links (
    hash BLOB NOT NULL PRIMARY KEY,
    -- invitation or reset.
    kind TEXT NOT NULL,
    -- The account that gets another password; NULL for invitations.
    user BLOB,
    -- 1 if the other credentials of the account go with the old password.
    removes_factors INTEGER NOT NULL,
    -- The username that an invitation suggests, and the groups of its accounts, a JSON list; NULL if there is none.
    username TEXT,
    member_of TEXT,
    uses_left INTEGER NOT NULL,
    -- The account of who made it; NULL for the operator.
    made_by BLOB,
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_links_by_user ON account_links (user) WHERE user IS NOT NULL;
CREATE INDEX account_links_by_end ON account_links (ends_at);

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    sealed_private BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    -- When it begins to sign (it is published before that), and until when what it signed is verified.
    signs_from INTEGER NOT NULL DEFAULT 0,
    verifies_until INTEGER
) STRICT, WITHOUT ROWID;

-- Of each algorithm one key is the newest.
CREATE UNIQUE INDEX signing_keys_newest ON signing_keys (algorithm) WHERE verifies_until IS NULL;
CREATE INDEX signing_keys_by_end ON signing_keys (verifies_until) WHERE verifies_until IS NOT NULL;

-- Which process runs a job, and until when. One row for each job, about 35 bytes.
CREATE TABLE leases (
    job TEXT NOT NULL PRIMARY KEY,
    holder BLOB NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What happened, for auditors: about 200 bytes a row and 100 in the indexes. Written in the commit of the change.
CREATE TABLE events (
    number INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    -- operator, person, client, anonymous or system; the id of a person or client.
    actor TEXT NOT NULL,
    actor_id BLOB,
    -- The account and the client that the event is about.
    account BLOB,
    client BLOB,
    -- What else is known, a JSON object.
    details TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (at);
CREATE INDEX events_by_account ON events (account) WHERE account IS NOT NULL;
CREATE INDEX events_by_client ON events (client) WHERE client IS NOT NULL;
CREATE INDEX events_by_actor ON events (actor_id) WHERE actor_id IS NOT NULL AND actor_id IS NOT account;

-- How often events of a kind happened at a node in an hour. About 60 bytes a row.
CREATE TABLE event_counts (
    hour INTEGER NOT NULL,
    kind TEXT NOT NULL,
    node BLOB NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (hour, kind, node)
) STRICT, WITHOUT ROWID;

-- One row that is written to find out whether it can be.
CREATE TABLE readiness (
    only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    checks INTEGER NOT NULL
) STRICT;
INSERT INTO readiness (only, checks) VALUES (1, 0);
