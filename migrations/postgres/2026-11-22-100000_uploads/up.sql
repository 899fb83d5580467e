-- Files on their way: who sends which bytes for which attachment, whose record may come later.
-- `turn` counts the requests that took hold of an upload; only the last may add to it.
CREATE TABLE uploads (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id),
    attachment_id UUID NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size > 0),
    metadata TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('receiving', 'kept', 'attached')),
    turn BIGINT NOT NULL,
    content TEXT,
    discard TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    CHECK (state = 'receiving' OR content IS NOT NULL)
);
CREATE INDEX uploads_user ON uploads (user_id);
CREATE INDEX uploads_attachment ON uploads (attachment_id);
CREATE INDEX uploads_sha256 ON uploads (sha256);
CREATE INDEX uploads_expiry ON uploads (expires_at);

-- Bytes of an upload that are on disk, one behind the other; what is not listed here does not count.
CREATE TABLE upload_parts (
    upload_id UUID NOT NULL REFERENCES uploads (id),
    start BIGINT NOT NULL CHECK (start >= 0),
    length BIGINT NOT NULL CHECK (length > 0),
    turn BIGINT NOT NULL,
    PRIMARY KEY (upload_id, start)
);

-- An attachment is also looked for by what is kept of it.
CREATE INDEX attachments_stored ON attachments (stored_sha256) WHERE stored_sha256 IS NOT NULL;
