-- Files on their way: who sends which bytes for which attachment, whose record may come later.
-- `turn` counts the requests that took hold of an upload; only the last may add to it.
CREATE TABLE uploads (
    id BLOB PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    attachment_id BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size > 0),
    metadata TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('receiving', 'kept', 'attached')),
    turn INTEGER NOT NULL,
    content TEXT,
    discard TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CHECK (state = 'receiving' OR content IS NOT NULL)
) STRICT;
CREATE INDEX uploads_user ON uploads (user_id);
CREATE INDEX uploads_attachment ON uploads (attachment_id);
CREATE INDEX uploads_sha256 ON uploads (sha256);
CREATE INDEX uploads_expiry ON uploads (expires_at);

-- Bytes of an upload that are on disk, one behind the other; what is not listed here does not count.
CREATE TABLE upload_parts (
    upload_id BLOB NOT NULL REFERENCES uploads (id),
    start INTEGER NOT NULL CHECK (start >= 0),
    length INTEGER NOT NULL CHECK (length > 0),
    turn INTEGER NOT NULL,
    PRIMARY KEY (upload_id, start)
) STRICT;

-- An attachment is also looked for by what is kept of it.
CREATE INDEX attachments_stored ON attachments (stored_sha256) WHERE stored_sha256 IS NOT NULL;
