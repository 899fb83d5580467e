-- Columns that lists are sorted and narrowed down by, and the texts rows are found by. The program fills them when it
-- starts: see `projected`.
ALTER TABLE clients ADD COLUMN phone_reversed TEXT COLLATE "C";
ALTER TABLE clients ADD COLUMN search TEXT;
ALTER TABLE sites ADD COLUMN search TEXT;
ALTER TABLE contacts ADD COLUMN phone_reversed TEXT COLLATE "C";
ALTER TABLE contacts ADD COLUMN search TEXT;
ALTER TABLE users ADD COLUMN search TEXT;
ALTER TABLE assets ADD COLUMN seen_at TIMESTAMPTZ;
ALTER TABLE assets ADD COLUMN warranty_until TEXT COLLATE "C";
ALTER TABLE assets ADD COLUMN search TEXT;
ALTER TABLE checklist_templates ADD COLUMN search TEXT;
ALTER TABLE tickets ADD COLUMN title TEXT COLLATE "C";
ALTER TABLE tickets ADD COLUMN reported_at TIMESTAMPTZ;
ALTER TABLE tickets ADD COLUMN solved_at TIMESTAMPTZ;
ALTER TABLE tickets ADD COLUMN search TEXT;
ALTER TABLE visits ADD COLUMN kind TEXT;
ALTER TABLE visits ADD COLUMN search TEXT;
ALTER TABLE inspections ADD COLUMN started_at TIMESTAMPTZ;
ALTER TABLE advice ADD COLUMN severity TEXT;
ALTER TABLE advice ADD COLUMN search TEXT;
ALTER TABLE service_sheets ADD COLUMN sealed_at TIMESTAMPTZ;
ALTER TABLE service_sheets ADD COLUMN search TEXT;
ALTER TABLE sheet_amendments ADD COLUMN proposed_at TIMESTAMPTZ;
ALTER TABLE attachments ADD COLUMN file_name TEXT COLLATE "C";
ALTER TABLE attachments ADD COLUMN search TEXT;
ALTER TABLE callbacks ADD COLUMN agent_id UUID;
ALTER TABLE callbacks ADD COLUMN score BIGINT;
ALTER TABLE callbacks ADD COLUMN survey_score BIGINT;
ALTER TABLE complaints ADD COLUMN opened_at TIMESTAMPTZ;
ALTER TABLE complaints ADD COLUMN search TEXT;

-- The assets a ticket is about: what a ticket's row lists, to be found from the other side.
CREATE TABLE ticket_assets (
    ticket_id UUID NOT NULL REFERENCES rows (id),
    asset_id UUID NOT NULL REFERENCES rows (id),
    PRIMARY KEY (ticket_id, asset_id)
);
CREATE INDEX ticket_assets_asset ON ticket_assets (asset_id);

-- In which form the typed rows were last written as a whole; the program writes them anew when it has a newer one.
ALTER TABLE sync_clock ADD COLUMN projected INTEGER NOT NULL DEFAULT 0;

-- Sorted by code points on both databases.
ALTER TABLE clients ALTER COLUMN name TYPE TEXT COLLATE "C";
ALTER TABLE clients ALTER COLUMN code TYPE TEXT COLLATE "C";
ALTER TABLE sites ALTER COLUMN name TYPE TEXT COLLATE "C";
ALTER TABLE contacts ALTER COLUMN name TYPE TEXT COLLATE "C";
ALTER TABLE contacts ALTER COLUMN email TYPE TEXT COLLATE "C";
ALTER TABLE users ALTER COLUMN name TYPE TEXT COLLATE "C";
ALTER TABLE users ALTER COLUMN email TYPE TEXT COLLATE "C";
ALTER TABLE tag_ranges ALTER COLUMN prefix TYPE TEXT COLLATE "C";
ALTER TABLE assets ALTER COLUMN tag TYPE TEXT COLLATE "C";
ALTER TABLE assets ALTER COLUMN name TYPE TEXT COLLATE "C";
ALTER TABLE assets ALTER COLUMN serial TYPE TEXT COLLATE "C";
ALTER TABLE tickets ALTER COLUMN number TYPE TEXT COLLATE "C";
ALTER TABLE inspection_answers ALTER COLUMN item TYPE TEXT COLLATE "C";
ALTER TABLE service_sheets ALTER COLUMN number TYPE TEXT COLLATE "C";
ALTER TABLE conflicts ALTER COLUMN field TYPE TEXT COLLATE "C";

DROP INDEX visits_start;
CREATE INDEX clients_name ON clients (lower(name) NULLS FIRST, id);
CREATE INDEX clients_code_order ON clients (lower(code) NULLS FIRST, id);
CREATE INDEX sites_name ON sites (lower(name) NULLS FIRST, id);
CREATE INDEX contacts_name ON contacts (lower(name) NULLS FIRST, id);
CREATE INDEX contacts_mail ON contacts (lower(email) NULLS FIRST, id);
CREATE INDEX assets_name ON assets (lower(name) NULLS FIRST, id);
CREATE INDEX assets_tag_order ON assets (lower(tag) NULLS FIRST, id);
CREATE INDEX assets_serial_order ON assets (lower(serial) NULLS FIRST, id);
CREATE INDEX assets_seen ON assets (seen_at NULLS FIRST, id);
CREATE INDEX assets_warranty ON assets (warranty_until NULLS FIRST, id);
CREATE INDEX tickets_number_order ON tickets (lower(number) NULLS FIRST, id);
CREATE INDEX tickets_title ON tickets (lower(title) NULLS FIRST, id);
CREATE INDEX tickets_reported ON tickets (reported_at NULLS FIRST, id);
CREATE INDEX tickets_solved ON tickets (solved_at NULLS FIRST, id);
CREATE INDEX worklog_entries_at ON worklog_entries (at NULLS FIRST, id);
CREATE INDEX visits_planned_start ON visits (planned_start NULLS FIRST, id);
CREATE INDEX inspections_started ON inspections (started_at NULLS FIRST, id);
CREATE INDEX service_sheets_number_order ON service_sheets (lower(number) NULLS FIRST, id);
CREATE INDEX service_sheets_sealed ON service_sheets (sealed_at NULLS FIRST, id);
CREATE INDEX callbacks_due_order ON callbacks (due_at NULLS FIRST, id);
CREATE INDEX complaints_opened ON complaints (opened_at NULLS FIRST, id);
CREATE INDEX complaints_due_order ON complaints (due_at NULLS FIRST, id);
CREATE INDEX conflicts_opened ON conflicts (opened_at NULLS FIRST, id);
CREATE INDEX assets_parent ON assets (parent_id);
CREATE INDEX tickets_site ON tickets (site_id);
CREATE INDEX tickets_contact ON tickets (contact_id);
CREATE INDEX tickets_assignee ON tickets (assignee_id);
CREATE INDEX worklog_entries_author ON worklog_entries (author_id);
CREATE INDEX visits_client ON visits (client_id);
CREATE INDEX inspections_template ON inspections (template_id);
CREATE INDEX callbacks_agent ON callbacks (agent_id);
CREATE INDEX contacts_phone_order ON contacts (phone_reversed);
CREATE INDEX clients_phone_order ON clients (phone_reversed);
