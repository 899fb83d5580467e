-- The lives of this database. Each restore from a backup begins one: `restored_to` is the version it went on from, the
-- last that it shares with the lives before it. Of what came before the oldest row nothing is known.
CREATE TABLE epochs (
    epoch INTEGER PRIMARY KEY CHECK (epoch > 0),
    restored_to INTEGER NOT NULL CHECK (restored_to >= 0),
    began_at INTEGER
) STRICT;
INSERT INTO epochs (epoch, restored_to) SELECT epoch, 0 FROM sync_clock;

-- Backups that were made and read back: everything up to this version is in one.
CREATE TABLE backups (
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    version INTEGER NOT NULL CHECK (version >= 0),
    made_at INTEGER NOT NULL,
    PRIMARY KEY (epoch, version)
) STRICT;

-- Set in a backup file alone: whoever opens it begins a new epoch.
ALTER TABLE sync_clock ADD COLUMN copied INTEGER NOT NULL DEFAULT 0 CHECK (copied IN (0, 1));
-- Up to here, what was deleted or left a bucket is no longer told: who has not read as far reads everything anew.
ALTER TABLE sync_clock ADD COLUMN floor INTEGER NOT NULL DEFAULT 0 CHECK (floor >= 0);

-- How many live rows a bucket holds and what they add up to. No CHECK: a wrong sum must not refuse a write.
CREATE TABLE bucket_sums (
    bucket TEXT PRIMARY KEY,
    rows INTEGER NOT NULL,
    sum INTEGER NOT NULL
) STRICT;

-- Which version was reached when: the timers ask.
CREATE INDEX history_recorded ON history (recorded_at);
