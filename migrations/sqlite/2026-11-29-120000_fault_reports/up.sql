CREATE TABLE fault_reports (
    id BLOB PRIMARY KEY,
    asset_id BLOB NOT NULL REFERENCES rows (id),
    network TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX fault_reports_asset ON fault_reports (asset_id, at);
CREATE INDEX fault_reports_network ON fault_reports (network, at);
