-- How writes are ordered: one clock, locked first by every writing transaction.
CREATE TABLE sync_clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    version BIGINT NOT NULL CHECK (version >= 0)
);
INSERT INTO sync_clock (id, epoch, version) VALUES (1, 1, 0);

-- The published form of every synced row, and its one entry in the feed of its bucket.
CREATE TABLE rows (
    id UUID PRIMARY KEY,
    entity TEXT NOT NULL,
    bucket TEXT NOT NULL,
    parent_id UUID REFERENCES rows (id),
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    stamps TEXT NOT NULL,
    deleted BOOLEAN NOT NULL
);
CREATE INDEX rows_feed ON rows (bucket, version);
CREATE INDEX rows_fill ON rows (bucket, id);
CREATE INDEX rows_entity ON rows (entity, id);
CREATE INDEX rows_parent ON rows (parent_id) WHERE parent_id IS NOT NULL;

-- A row that left a bucket: the other kind of entry in a feed.
CREATE TABLE removals (
    bucket TEXT NOT NULL,
    row_id UUID NOT NULL REFERENCES rows (id),
    version BIGINT NOT NULL,
    PRIMARY KEY (bucket, row_id)
);
CREATE INDEX removals_feed ON removals (bucket, version);
CREATE INDEX removals_row ON removals (row_id);

-- Every write to every row, for ever: who, when, which values.
CREATE TABLE history (
    version BIGINT PRIMARY KEY,
    row_id UUID NOT NULL REFERENCES rows (id),
    operation_id UUID NOT NULL,
    stream_id UUID NOT NULL,
    user_id UUID,
    changes TEXT NOT NULL,
    written TEXT,
    occurred_at TIMESTAMPTZ NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX history_row ON history (row_id, version);

CREATE TABLE clients (
    id UUID PRIMARY KEY REFERENCES rows (id),
    name TEXT NOT NULL,
    code TEXT UNIQUE
);
CREATE TABLE sites (
    id UUID PRIMARY KEY REFERENCES rows (id),
    client_id UUID NOT NULL REFERENCES clients (id),
    name TEXT NOT NULL
);
CREATE INDEX sites_client ON sites (client_id);
CREATE TABLE contacts (
    id UUID PRIMARY KEY REFERENCES rows (id),
    client_id UUID NOT NULL REFERENCES clients (id),
    name TEXT NOT NULL,
    phone TEXT,
    email TEXT
);
CREATE INDEX contacts_client ON contacts (client_id);
CREATE INDEX contacts_phone ON contacts (phone) WHERE phone IS NOT NULL;
CREATE TABLE users (
    id UUID PRIMARY KEY REFERENCES rows (id),
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('admin', 'manager', 'dispatcher', 'support', 'technician')),
    active BOOLEAN NOT NULL
);
CREATE TABLE grants (
    user_id UUID NOT NULL REFERENCES users (id),
    bucket TEXT NOT NULL,
    from_version BIGINT NOT NULL,
    until_version BIGINT CHECK (until_version >= from_version),
    ended_at TIMESTAMPTZ,
    PRIMARY KEY (user_id, bucket, from_version),
    CHECK ((until_version IS NULL) = (ended_at IS NULL))
);
CREATE UNIQUE INDEX grants_held ON grants (user_id, bucket) WHERE until_version IS NULL;
CREATE TABLE devices (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    platform TEXT NOT NULL,
    public_key TEXT,
    enrolled_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    skew_millis BIGINT NOT NULL,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX devices_user ON devices (user_id);
CREATE TABLE streams (
    id UUID PRIMARY KEY,
    device_id UUID REFERENCES devices (id),
    user_id UUID REFERENCES users (id),
    last_n BIGINT NOT NULL CHECK (last_n >= 0)
);
CREATE TABLE operations (
    stream_id UUID NOT NULL REFERENCES streams (id),
    n BIGINT NOT NULL CHECK (n > 0),
    operation_id UUID,
    hash TEXT NOT NULL,
    receipt TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (stream_id, n)
);
CREATE INDEX operations_id ON operations (operation_id);
CREATE TABLE quarantine (
    id UUID PRIMARY KEY,
    stream_id UUID NOT NULL REFERENCES streams (id),
    n BIGINT NOT NULL,
    user_id UUID,
    operation_id UUID,
    row_id UUID,
    -- The operation it builds on, which is in quarantine too: they are released together.
    waits_for UUID,
    raw TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('kept', 'applied', 'discarded')),
    decided_by UUID,
    decided_at TIMESTAMPTZ,
    decision TEXT,
    UNIQUE (stream_id, n)
);
CREATE INDEX quarantine_kept ON quarantine (received_at) WHERE status = 'kept';
CREATE INDEX quarantine_row ON quarantine (row_id) WHERE status = 'kept';
CREATE INDEX quarantine_waits_for ON quarantine (waits_for) WHERE status = 'kept';
CREATE INDEX quarantine_operation ON quarantine (operation_id);
-- Operations that wait for what they build on, and for what each waits.
CREATE TABLE deferred (
    stream_id UUID NOT NULL REFERENCES streams (id),
    n BIGINT NOT NULL,
    operation_id UUID NOT NULL,
    row_id UUID NOT NULL,
    group_id UUID,
    raw TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (stream_id, n)
);
CREATE INDEX deferred_row ON deferred (row_id);
CREATE TABLE deferred_waits (
    waits_for UUID NOT NULL,
    stream_id UUID NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (waits_for, stream_id, n),
    FOREIGN KEY (stream_id, n) REFERENCES deferred (stream_id, n)
);
CREATE INDEX deferred_waits_of ON deferred_waits (stream_id, n);

CREATE TABLE credentials (
    user_id UUID PRIMARY KEY REFERENCES users (id),
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL
);
CREATE TABLE login_attempts (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    address TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX login_attempts_email ON login_attempts (email, at);
CREATE INDEX login_attempts_address ON login_attempts (address, at);
CREATE TABLE sessions (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id),
    device_id UUID NOT NULL REFERENCES devices (id),
    generation INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX sessions_device ON sessions (device_id);
CREATE TABLE idempotency_keys (
    user_id UUID NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    response TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, key)
);
CREATE TABLE nonces (
    nonce TEXT PRIMARY KEY,
    device_id UUID NOT NULL REFERENCES devices (id),
    issued_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX nonces_device ON nonces (device_id);

CREATE TABLE tag_ranges (
    id UUID PRIMARY KEY REFERENCES rows (id),
    device_id UUID NOT NULL REFERENCES devices (id),
    prefix TEXT NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    CHECK (first <= last)
);
CREATE INDEX tag_ranges_prefix ON tag_ranges (prefix, last);
CREATE TABLE assets (
    id UUID PRIMARY KEY REFERENCES rows (id),
    site_id UUID NOT NULL REFERENCES sites (id),
    tag TEXT UNIQUE,
    kind TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('in_service', 'spare', 'in_repair', 'missing', 'retired')),
    name TEXT NOT NULL,
    serial TEXT,
    parent_id UUID REFERENCES rows (id),
    source TEXT,
    source_key TEXT,
    UNIQUE (source, source_key)
);
CREATE INDEX assets_site ON assets (site_id);
CREATE INDEX assets_serial ON assets (serial) WHERE serial IS NOT NULL;
CREATE TABLE checklist_templates (
    id UUID PRIMARY KEY REFERENCES rows (id),
    family_id UUID NOT NULL,
    version BIGINT NOT NULL,
    asset_kind TEXT NOT NULL,
    UNIQUE (family_id, version)
);
CREATE TABLE tickets (
    id UUID PRIMARY KEY REFERENCES rows (id),
    client_id UUID NOT NULL REFERENCES clients (id),
    site_id UUID REFERENCES sites (id),
    contact_id UUID REFERENCES rows (id),
    number TEXT UNIQUE,
    status TEXT NOT NULL CHECK (status IN
        ('new', 'assigned', 'in_progress', 'pending', 'solved', 'closed', 'reopened', 'cancelled')),
    priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    assignee_id UUID REFERENCES users (id)
);
CREATE INDEX tickets_client ON tickets (client_id);
CREATE INDEX tickets_status ON tickets (status);
CREATE TABLE visits (
    id UUID PRIMARY KEY REFERENCES rows (id),
    client_id UUID NOT NULL REFERENCES clients (id),
    site_id UUID NOT NULL REFERENCES sites (id),
    contact_id UUID REFERENCES rows (id),
    technician_id UUID REFERENCES users (id),
    status TEXT NOT NULL CHECK (status IN ('planned', 'scheduled', 'accepted', 'travelling', 'on_site',
        'finished', 'closed', 'declined', 'cancelled', 'aborted')),
    planned_start TIMESTAMPTZ NOT NULL,
    planned_end TIMESTAMPTZ NOT NULL,
    CHECK (planned_start < planned_end)
);
CREATE INDEX visits_start ON visits (planned_start);
CREATE INDEX visits_technician ON visits (technician_id, planned_start);
CREATE INDEX visits_site ON visits (site_id);
-- The tickets a visit is for: what a visit's row lists, to be found from the other side.
CREATE TABLE visit_tickets (
    visit_id UUID NOT NULL REFERENCES rows (id),
    ticket_id UUID NOT NULL REFERENCES rows (id),
    PRIMARY KEY (visit_id, ticket_id)
);
CREATE INDEX visit_tickets_ticket ON visit_tickets (ticket_id);
CREATE TABLE worklog_entries (
    id UUID PRIMARY KEY REFERENCES rows (id),
    ticket_id UUID REFERENCES rows (id),
    visit_id UUID REFERENCES rows (id),
    author_id UUID NOT NULL REFERENCES users (id),
    at TIMESTAMPTZ NOT NULL,
    CHECK (ticket_id IS NOT NULL OR visit_id IS NOT NULL)
);
CREATE INDEX worklog_entries_ticket ON worklog_entries (ticket_id);
CREATE INDEX worklog_entries_visit ON worklog_entries (visit_id);
CREATE TABLE inspections (
    id UUID PRIMARY KEY REFERENCES rows (id),
    visit_id UUID NOT NULL REFERENCES rows (id),
    asset_id UUID NOT NULL REFERENCES rows (id),
    template_id UUID NOT NULL REFERENCES rows (id),
    status TEXT NOT NULL CHECK (status IN ('in_progress', 'finished'))
);
CREATE INDEX inspections_visit ON inspections (visit_id);
CREATE INDEX inspections_asset ON inspections (asset_id);
CREATE TABLE inspection_answers (
    id UUID PRIMARY KEY REFERENCES rows (id),
    inspection_id UUID NOT NULL REFERENCES rows (id),
    item TEXT NOT NULL,
    UNIQUE (inspection_id, item)
);
CREATE TABLE advice (
    id UUID PRIMARY KEY REFERENCES rows (id),
    visit_id UUID NOT NULL REFERENCES rows (id),
    asset_id UUID NOT NULL REFERENCES rows (id),
    status TEXT NOT NULL CHECK (status IN ('proposed', 'accepted', 'declined', 'done'))
);
CREATE INDEX advice_visit ON advice (visit_id);
CREATE INDEX advice_asset ON advice (asset_id);
CREATE TABLE service_sheets (
    id UUID PRIMARY KEY REFERENCES rows (id),
    visit_id UUID NOT NULL REFERENCES rows (id),
    version BIGINT NOT NULL CHECK (version > 0),
    status TEXT NOT NULL CHECK (status IN ('draft', 'presented', 'signed', 'refused', 'absent')),
    number TEXT,
    hash TEXT,
    UNIQUE (visit_id, version)
);
CREATE INDEX service_sheets_hash ON service_sheets (hash) WHERE hash IS NOT NULL;
CREATE TABLE signatures (
    id UUID PRIMARY KEY REFERENCES rows (id),
    sheet_id UUID NOT NULL REFERENCES service_sheets (id),
    party TEXT NOT NULL CHECK (party IN ('client', 'technician'))
);
CREATE INDEX signatures_sheet ON signatures (sheet_id);
CREATE TABLE sheet_amendments (
    id UUID PRIMARY KEY REFERENCES rows (id),
    sheet_id UUID NOT NULL REFERENCES service_sheets (id),
    status TEXT NOT NULL CHECK (status IN ('proposed', 'accepted', 'dismissed'))
);
CREATE INDEX sheet_amendments_sheet ON sheet_amendments (sheet_id);
CREATE TABLE attachments (
    id UUID PRIMARY KEY REFERENCES rows (id),
    owner_id UUID NOT NULL REFERENCES rows (id),
    sha256 TEXT NOT NULL,
    stored_sha256 TEXT
);
CREATE INDEX attachments_owner ON attachments (owner_id);
CREATE INDEX attachments_sha256 ON attachments (sha256);
CREATE TABLE callbacks (
    id UUID PRIMARY KEY REFERENCES rows (id),
    visit_id UUID NOT NULL UNIQUE REFERENCES rows (id),
    status TEXT NOT NULL CHECK (status IN ('due', 'attempted', 'done', 'unreachable')),
    due_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX callbacks_due ON callbacks (status, due_at);
CREATE TABLE conflicts (
    id UUID PRIMARY KEY REFERENCES rows (id),
    row_id UUID NOT NULL REFERENCES rows (id),
    entity TEXT NOT NULL,
    field TEXT NOT NULL,
    -- Whose value came in.
    author_id UUID,
    kind TEXT NOT NULL CHECK (kind IN ('field', 'status', 'duplicate_tag', 'deleted')),
    status TEXT NOT NULL CHECK (status IN ('open', 'resolved')),
    opened_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE receipts (
    id UUID PRIMARY KEY REFERENCES rows (id),
    device_id UUID NOT NULL REFERENCES devices (id)
);
-- At most one open conflict per disagreement; later values extend it.
CREATE UNIQUE INDEX conflicts_open ON conflicts (row_id, field) WHERE status = 'open';

CREATE TABLE notifications (
    id UUID PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL,
    mail TEXT NOT NULL,
    visit_id UUID REFERENCES rows (id),
    sheet_id UUID REFERENCES service_sheets (id),
    state TEXT NOT NULL CHECK (state IN ('due', 'sent', 'dead')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    error TEXT
);
CREATE INDEX notifications_due ON notifications (next_at) WHERE state = 'due';
CREATE TABLE links (
    token_hash TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    row_id UUID NOT NULL REFERENCES rows (id),
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE TABLE audit_entries (
    seq BIGINT PRIMARY KEY CHECK (seq > 0),
    at TIMESTAMPTZ NOT NULL,
    user_id UUID,
    action TEXT NOT NULL,
    subject_id UUID,
    detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
CREATE TABLE blobs (
    sha256 TEXT PRIMARY KEY,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size > 0),
    stored_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY,
    public_key TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
