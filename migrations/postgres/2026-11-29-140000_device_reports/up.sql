CREATE TABLE device_reports (
    device_id UUID PRIMARY KEY REFERENCES devices (id),
    app_version TEXT NOT NULL,
    unsent BIGINT NOT NULL CHECK (unsent >= 0),
    oldest_unsent_at TIMESTAMPTZ,
    reported_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE wipe_deliveries (
    device_id UUID PRIMARY KEY REFERENCES devices (id),
    delivered_at TIMESTAMPTZ NOT NULL
);
