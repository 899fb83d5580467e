CREATE TABLE complaints (
    id UUID PRIMARY KEY REFERENCES rows (id),
    client_id UUID NOT NULL REFERENCES clients (id),
    site_id UUID REFERENCES sites (id),
    visit_id UUID REFERENCES rows (id),
    callback_id UUID REFERENCES rows (id),
    owner_id UUID REFERENCES users (id),
    level BIGINT NOT NULL CHECK (level BETWEEN 1 AND 3),
    status TEXT NOT NULL CHECK (status IN ('open', 'acknowledged', 'in_progress', 'resolved', 'closed')),
    due_at TIMESTAMPTZ
);
CREATE INDEX complaints_client ON complaints (client_id);
CREATE INDEX complaints_due ON complaints (due_at);
