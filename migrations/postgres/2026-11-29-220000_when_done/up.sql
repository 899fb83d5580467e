-- When conflicts were decided, clients last called and complaints closed: what is done is listed by it, the latest first.
ALTER TABLE conflicts ADD COLUMN decided_at TIMESTAMPTZ;
ALTER TABLE callbacks ADD COLUMN last_attempt_at TIMESTAMPTZ;
ALTER TABLE complaints ADD COLUMN closed_at TIMESTAMPTZ;
CREATE INDEX conflicts_decided ON conflicts (decided_at NULLS FIRST, id);
CREATE INDEX callbacks_last_attempt ON callbacks (last_attempt_at NULLS FIRST, id);
CREATE INDEX complaints_closed ON complaints (closed_at NULLS FIRST, id);
