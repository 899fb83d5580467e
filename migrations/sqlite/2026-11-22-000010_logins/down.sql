DROP TABLE refresh_proofs;
DROP INDEX sessions_user;
ALTER TABLE sessions DROP COLUMN network;
ALTER TABLE login_attempts DROP COLUMN familiar;
ALTER TABLE devices DROP COLUMN locked_at;
