CREATE TABLE settings (
    id UUID PRIMARY KEY REFERENCES rows (id),
    name TEXT NOT NULL UNIQUE CHECK (name = 'settings')
);
CREATE TABLE mail_templates (
    id UUID PRIMARY KEY REFERENCES rows (id),
    kind TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'zh-CN')),
    UNIQUE (kind, language)
);
