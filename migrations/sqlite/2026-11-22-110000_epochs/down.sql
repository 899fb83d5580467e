DROP INDEX history_recorded;
DROP TABLE bucket_sums;
ALTER TABLE sync_clock DROP COLUMN floor;
ALTER TABLE sync_clock DROP COLUMN copied;
DROP TABLE backups;
DROP TABLE epochs;
