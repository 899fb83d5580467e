-- Imports somebody asked for, how far each has come, and what became of every row.
CREATE TABLE imports (
    id BLOB PRIMARY KEY,
    user_id BLOB NOT NULL,
    format TEXT NOT NULL,
    file_name TEXT NOT NULL,
    dry_run INTEGER NOT NULL CHECK (dry_run IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    total INTEGER NOT NULL CHECK (total >= 0),
    done INTEGER NOT NULL CHECK (done >= 0),
    outcome TEXT,
    error TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
