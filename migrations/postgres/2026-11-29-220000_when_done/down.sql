DROP INDEX complaints_closed;
DROP INDEX callbacks_last_attempt;
DROP INDEX conflicts_decided;
ALTER TABLE complaints DROP COLUMN closed_at;
ALTER TABLE callbacks DROP COLUMN last_attempt_at;
ALTER TABLE conflicts DROP COLUMN decided_at;
