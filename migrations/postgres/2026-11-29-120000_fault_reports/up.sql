CREATE TABLE fault_reports (
    id UUID PRIMARY KEY,
    asset_id UUID NOT NULL REFERENCES rows (id),
    network TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX fault_reports_asset ON fault_reports (asset_id, at);
CREATE INDEX fault_reports_network ON fault_reports (network, at);
