CREATE TABLE settings (
    id BLOB PRIMARY KEY REFERENCES rows (id),
    name TEXT NOT NULL UNIQUE CHECK (name = 'settings')
) STRICT;
CREATE TABLE mail_templates (
    id BLOB PRIMARY KEY REFERENCES rows (id),
    kind TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'zh-CN')),
    UNIQUE (kind, language)
) STRICT;
