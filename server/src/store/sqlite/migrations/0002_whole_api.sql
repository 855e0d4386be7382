-- The rest of the API: what messages refer to, what people said of them, who may use which token.

-- A bot speaks for a webhook and cannot log in. A closed account keeps its id in history.
ALTER TABLE users ADD COLUMN is_bot INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN closed_at INTEGER;

-- What was the name of a device is the label of a token; `origin` is what it was made with:
-- 'password' or another 'token'. Scopes are as on the wire, with a space between them.
ALTER TABLE logins RENAME COLUMN device TO label;
ALTER TABLE logins ADD COLUMN origin TEXT NOT NULL DEFAULT 'password';
ALTER TABLE logins ADD COLUMN scopes TEXT NOT NULL DEFAULT 'read write admin';
ALTER TABLE logins ADD COLUMN last_used_at INTEGER;

-- `channels` is a JSON array of ids. With `user_id`, the code claims that imported account.
ALTER TABLE invites ADD COLUMN channels TEXT NOT NULL DEFAULT '[]';
ALTER TABLE invites ADD COLUMN user_id INTEGER REFERENCES users (id);
CREATE INDEX invites_by_bucket ON invites (bucket_id);

-- Projections of the log.
ALTER TABLE buckets ADD COLUMN icon TEXT;
ALTER TABLE channels ADD COLUMN topic TEXT NOT NULL DEFAULT '';

ALTER TABLE messages ADD COLUMN reply_to INTEGER;
ALTER TABLE messages ADD COLUMN thread_id INTEGER;
ALTER TABLE messages ADD COLUMN reply_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN here INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN edited_at INTEGER;
ALTER TABLE messages ADD COLUMN deleted_at INTEGER;
CREATE INDEX messages_by_thread ON messages (thread_id, seq) WHERE thread_id IS NOT NULL;
-- What is unread is counted in these alone. They have the columns of their own conditions too:
-- without them SQLite looks each message up.
CREATE INDEX messages_counted ON messages (channel_id, seq, sender_id, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX messages_here ON messages (channel_id, seq, sender_id, here) WHERE here = 1;

-- What an edited message said before, the first text included; `seq` is that of the event which
-- brought the text.
CREATE TABLE revisions (
    message_id INTEGER NOT NULL REFERENCES messages (id),
    seq        INTEGER NOT NULL,
    text       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (message_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE mentions (
    user_id    INTEGER NOT NULL REFERENCES users (id),
    channel_id INTEGER NOT NULL REFERENCES channels (id),
    seq        INTEGER NOT NULL,
    message_id INTEGER NOT NULL REFERENCES messages (id),
    PRIMARY KEY (user_id, channel_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_by_message ON mentions (message_id);

CREATE TABLE reactions (
    message_id INTEGER NOT NULL REFERENCES messages (id),
    emoji      TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (message_id, emoji, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reactions_by_user ON reactions (message_id, emoji, user_id);

-- How many people reacted to a message in the same way, so that nobody counts them; `seq` is that of
-- the first one's event.
CREATE TABLE message_emoji (
    message_id INTEGER NOT NULL REFERENCES messages (id),
    emoji      TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    people     INTEGER NOT NULL,
    PRIMARY KEY (message_id, emoji)
) STRICT, WITHOUT ROWID;

-- Which events say an emoji of a message, also those of reactions that were taken back: a deletion
-- makes the log forget them.
CREATE TABLE reaction_events (
    message_id INTEGER NOT NULL REFERENCES messages (id),
    seq        INTEGER NOT NULL,
    PRIMARY KEY (message_id, seq)
) STRICT, WITHOUT ROWID;

-- The event of the marker. Only the newest one of each marker stays in the log.
ALTER TABLE reads ADD COLUMN pos INTEGER;

-- As `reads`, whose rows follow from the log too from here on.
CREATE TABLE mutes (
    user_id    INTEGER NOT NULL REFERENCES users (id),
    channel_id INTEGER NOT NULL REFERENCES channels (id),
    PRIMARY KEY (user_id, channel_id)
) STRICT, WITHOUT ROWID;

-- Not projections.
CREATE TABLE attachments (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL REFERENCES users (id),
    name         TEXT NOT NULL,
    size         INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    sha256       BLOB NOT NULL,
    created_at   INTEGER NOT NULL,
    -- The message that carries it, once there is one.
    message_id   INTEGER
) STRICT;
CREATE INDEX attachments_by_user ON attachments (user_id, size);
CREATE INDEX attachments_by_message ON attachments (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX attachments_uncarried ON attachments (created_at) WHERE message_id IS NULL;
CREATE INDEX attachments_by_sha256 ON attachments (sha256);

-- Contents that have lost an attachment: if it was the last one, their file is to be removed.
CREATE TABLE forgotten_contents (
    sha256 BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TRIGGER attachments_forgotten AFTER DELETE ON attachments BEGIN
    INSERT OR IGNORE INTO forgotten_contents (sha256) VALUES (old.sha256);
END;

CREATE TABLE webhooks (
    id         INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL REFERENCES channels (id),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    name       TEXT NOT NULL,
    key_hash   BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE INDEX webhooks_by_channel ON webhooks (channel_id) WHERE deleted_at IS NULL;

-- How far each reader of the log that keeps its place in the database has come.
CREATE TABLE cursors (
    reader TEXT PRIMARY KEY,
    pos    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The full-text index; `rowid` is a message's id. A reader of the log fills it, not the commit. Its
-- text is words that `chat/words.rs` has folded, with spaces between them.
CREATE VIRTUAL TABLE search USING fts5 (
    text, content = '', contentless_delete = 1, tokenize = 'ascii'
);
