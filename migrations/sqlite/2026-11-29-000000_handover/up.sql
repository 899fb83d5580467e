CREATE TABLE handover_items (
    id BLOB PRIMARY KEY REFERENCES rows (id),
    visit_id BLOB NOT NULL REFERENCES rows (id),
    kind TEXT NOT NULL CHECK (kind IN ('account', 'password', 'topology', 'key', 'document', 'other'))
) STRICT;
CREATE INDEX handover_items_visit ON handover_items (visit_id);
