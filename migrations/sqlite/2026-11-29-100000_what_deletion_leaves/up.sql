-- A typed row goes when its row is deleted, and what refers to it stands, also what arrives later: references lead to
-- the published rows, where tombstones stay.
CREATE TABLE contacts_new (
    id BLOB PRIMARY KEY REFERENCES rows (id),
    client_id BLOB NOT NULL REFERENCES rows (id),
    name TEXT NOT NULL,
    phone TEXT,
    email TEXT
) STRICT;
INSERT INTO contacts_new SELECT id, client_id, name, phone, email FROM contacts;
DROP TABLE contacts;
ALTER TABLE contacts_new RENAME TO contacts;
CREATE INDEX contacts_client ON contacts (client_id);
CREATE INDEX contacts_phone ON contacts (phone) WHERE phone IS NOT NULL;

CREATE TABLE assets_new (
    id BLOB PRIMARY KEY REFERENCES rows (id),
    site_id BLOB NOT NULL REFERENCES rows (id),
    tag TEXT UNIQUE,
    kind TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('in_service', 'spare', 'in_repair', 'missing', 'retired')),
    name TEXT NOT NULL,
    serial TEXT,
    parent_id BLOB REFERENCES rows (id),
    source TEXT,
    source_key TEXT,
    UNIQUE (source, source_key)
) STRICT;
INSERT INTO assets_new
    SELECT id, site_id, tag, kind, status, name, serial, parent_id, source, source_key FROM assets;
DROP TABLE assets;
ALTER TABLE assets_new RENAME TO assets;
CREATE INDEX assets_site ON assets (site_id);
CREATE INDEX assets_serial ON assets (serial) WHERE serial IS NOT NULL;

CREATE TABLE tickets_new (
    id BLOB PRIMARY KEY REFERENCES rows (id),
    client_id BLOB NOT NULL REFERENCES rows (id),
    site_id BLOB REFERENCES rows (id),
    contact_id BLOB REFERENCES rows (id),
    number TEXT UNIQUE,
    status TEXT NOT NULL CHECK (status IN
        ('new', 'assigned', 'in_progress', 'pending', 'solved', 'closed', 'reopened', 'cancelled')),
    priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    assignee_id BLOB REFERENCES users (id)
) STRICT;
INSERT INTO tickets_new
    SELECT id, client_id, site_id, contact_id, number, status, priority, assignee_id FROM tickets;
DROP TABLE tickets;
ALTER TABLE tickets_new RENAME TO tickets;
CREATE INDEX tickets_client ON tickets (client_id);
CREATE INDEX tickets_status ON tickets (status);

CREATE TABLE visits_new (
    id BLOB PRIMARY KEY REFERENCES rows (id),
    client_id BLOB NOT NULL REFERENCES rows (id),
    site_id BLOB NOT NULL REFERENCES rows (id),
    contact_id BLOB REFERENCES rows (id),
    technician_id BLOB REFERENCES users (id),
    status TEXT NOT NULL CHECK (status IN ('planned', 'scheduled', 'accepted', 'travelling', 'on_site',
        'finished', 'closed', 'declined', 'cancelled', 'aborted')),
    planned_start INTEGER NOT NULL,
    planned_end INTEGER NOT NULL,
    CHECK (planned_start < planned_end)
) STRICT;
INSERT INTO visits_new
    SELECT id, client_id, site_id, contact_id, technician_id, status, planned_start, planned_end FROM visits;
DROP TABLE visits;
ALTER TABLE visits_new RENAME TO visits;
CREATE INDEX visits_start ON visits (planned_start);
CREATE INDEX visits_technician ON visits (technician_id, planned_start);
CREATE INDEX visits_site ON visits (site_id);

CREATE TABLE sites_new (
    id BLOB PRIMARY KEY REFERENCES rows (id),
    client_id BLOB NOT NULL REFERENCES rows (id),
    name TEXT NOT NULL
) STRICT;
INSERT INTO sites_new SELECT id, client_id, name FROM sites;
DROP TABLE sites;
ALTER TABLE sites_new RENAME TO sites;
CREATE INDEX sites_client ON sites (client_id);

-- A row that turned out to be another one: what still comes for it goes there.
CREATE TABLE aliases (
    id BLOB PRIMARY KEY REFERENCES rows (id),
    row_id BLOB NOT NULL REFERENCES rows (id),
    CHECK (id <> row_id)
) STRICT;
CREATE INDEX aliases_row ON aliases (row_id);

-- Streams that a device went on in, and up to which version the one before was its own.
CREATE TABLE continued_streams (
    stream_id BLOB PRIMARY KEY REFERENCES streams (id),
    earlier_id BLOB NOT NULL REFERENCES streams (id),
    through_version INTEGER NOT NULL
) STRICT;
