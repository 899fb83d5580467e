-- Since when a device has to log in again, because its user's password was changed elsewhere.
ALTER TABLE devices ADD COLUMN locked_at TIMESTAMPTZ;

-- Whether an attempt came from a device or network that had logged in to the account before.
ALTER TABLE login_attempts ADD COLUMN familiar BOOLEAN NOT NULL DEFAULT FALSE;

-- Where a session was opened from.
ALTER TABLE sessions ADD COLUMN network TEXT;
CREATE INDEX sessions_user ON sessions (user_id);

-- Proofs that were answered with the present refresh token of a session; each is answered once.
CREATE TABLE refresh_proofs (
    session_id UUID NOT NULL REFERENCES sessions (id),
    proof TEXT NOT NULL,
    PRIMARY KEY (session_id, proof)
);
