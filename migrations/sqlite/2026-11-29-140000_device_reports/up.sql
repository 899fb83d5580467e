CREATE TABLE device_reports (
    device_id BLOB PRIMARY KEY REFERENCES devices (id),
    app_version TEXT NOT NULL,
    unsent INTEGER NOT NULL CHECK (unsent >= 0),
    oldest_unsent_at INTEGER,
    reported_at INTEGER NOT NULL
) STRICT;
CREATE TABLE wipe_deliveries (
    device_id BLOB PRIMARY KEY REFERENCES devices (id),
    delivered_at INTEGER NOT NULL
) STRICT;
