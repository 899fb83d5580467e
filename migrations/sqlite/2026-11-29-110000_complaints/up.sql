CREATE TABLE complaints (
    id BLOB PRIMARY KEY REFERENCES rows (id),
    client_id BLOB NOT NULL REFERENCES clients (id),
    site_id BLOB REFERENCES sites (id),
    visit_id BLOB REFERENCES rows (id),
    callback_id BLOB REFERENCES rows (id),
    owner_id BLOB REFERENCES users (id),
    level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 3),
    status TEXT NOT NULL CHECK (status IN ('open', 'acknowledged', 'in_progress', 'resolved', 'closed')),
    due_at INTEGER
) STRICT;
CREATE INDEX complaints_client ON complaints (client_id);
CREATE INDEX complaints_due ON complaints (due_at);
