CREATE TABLE handover_items (
    id UUID PRIMARY KEY REFERENCES rows (id),
    visit_id UUID NOT NULL REFERENCES rows (id),
    kind TEXT NOT NULL CHECK (kind IN ('account', 'password', 'topology', 'key', 'document', 'other'))
);
CREATE INDEX handover_items_visit ON handover_items (visit_id);
