-- When conflicts were decided, clients last called and complaints closed: what is done is listed by it, the latest first.
ALTER TABLE conflicts ADD COLUMN decided_at INTEGER;
ALTER TABLE callbacks ADD COLUMN last_attempt_at INTEGER;
ALTER TABLE complaints ADD COLUMN closed_at INTEGER;
CREATE INDEX conflicts_decided ON conflicts (decided_at, id);
CREATE INDEX callbacks_last_attempt ON callbacks (last_attempt_at, id);
CREATE INDEX complaints_closed ON complaints (closed_at, id);
