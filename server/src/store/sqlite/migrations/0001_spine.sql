-- Times are milliseconds since 1970. Positions (`…_pos`) are places in `events`.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The last id given out per noun: ids are never used twice, not even after a deletion.
CREATE TABLE ids (
    noun TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    username      TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name          TEXT NOT NULL,
    email         TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

-- A login is a token: 256 random bits of which only the SHA-256 is kept.
CREATE TABLE logins (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    token_hash BLOB NOT NULL UNIQUE,
    device     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX logins_by_user ON logins (user_id);

-- `bucket_id` is null for the invite that founds the server's first bucket.
CREATE TABLE invites (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    code_hash  BLOB NOT NULL UNIQUE,
    bucket_id  INTEGER,
    role       TEXT NOT NULL,
    max_uses   INTEGER NOT NULL,
    uses       INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER NOT NULL
) STRICT;

-- The log. Everything below it is a projection of it.
CREATE TABLE events (
    pos        INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id INTEGER,
    seq        INTEGER,
    at         INTEGER NOT NULL,
    body       TEXT NOT NULL,
    CHECK ((channel_id IS NULL) = (seq IS NULL))
) STRICT;
CREATE UNIQUE INDEX events_by_channel ON events (channel_id, seq) WHERE channel_id IS NOT NULL;

CREATE TABLE buckets (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;

-- Memberships are intervals of the log: from `joined_pos` until `left_pos`.
CREATE TABLE bucket_members (
    id         INTEGER PRIMARY KEY,
    bucket_id  INTEGER NOT NULL REFERENCES buckets (id),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    role       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    joined_pos INTEGER NOT NULL,
    left_pos   INTEGER
) STRICT;
CREATE UNIQUE INDEX bucket_members_now ON bucket_members (bucket_id, user_id) WHERE left_pos IS NULL;
CREATE INDEX bucket_members_by_user ON bucket_members (user_id) WHERE left_pos IS NULL;

CREATE TABLE channels (
    id           INTEGER PRIMARY KEY,
    bucket_id    INTEGER REFERENCES buckets (id),
    name         TEXT NOT NULL,
    channel_type TEXT NOT NULL,
    last_seq     INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    deleted_at   INTEGER
) STRICT;
CREATE INDEX channels_by_bucket ON channels (bucket_id) WHERE deleted_at IS NULL;

CREATE TABLE channel_members (
    id         INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL REFERENCES channels (id),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    joined_pos INTEGER NOT NULL,
    left_pos   INTEGER
) STRICT;
CREATE UNIQUE INDEX channel_members_now ON channel_members (channel_id, user_id) WHERE left_pos IS NULL;
CREATE INDEX channel_members_by_user ON channel_members (user_id) WHERE left_pos IS NULL;

CREATE TABLE messages (
    id         INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL REFERENCES channels (id),
    seq        INTEGER NOT NULL,
    sender_id  INTEGER NOT NULL REFERENCES users (id),
    text       TEXT NOT NULL,
    nonce      TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX messages_by_channel ON messages (channel_id, seq);
CREATE UNIQUE INDEX messages_by_nonce ON messages (sender_id, nonce) WHERE nonce IS NOT NULL;

-- How far somebody has read. Personal, not history: not in the log.
CREATE TABLE reads (
    user_id    INTEGER NOT NULL REFERENCES users (id),
    channel_id INTEGER NOT NULL REFERENCES channels (id),
    read_seq   INTEGER NOT NULL,
    PRIMARY KEY (user_id, channel_id)
) STRICT, WITHOUT ROWID;
