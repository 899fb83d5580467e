-- The newest removal, without which a pull need not look for any.
CREATE INDEX removals_version ON removals (version);
