-- Columns that lists are sorted and narrowed down by, and the texts rows are found by. The program fills them when it
-- starts: see `projected`.
ALTER TABLE clients ADD COLUMN phone_reversed TEXT;
ALTER TABLE clients ADD COLUMN search TEXT;
ALTER TABLE sites ADD COLUMN search TEXT;
ALTER TABLE contacts ADD COLUMN phone_reversed TEXT;
ALTER TABLE contacts ADD COLUMN search TEXT;
ALTER TABLE users ADD COLUMN search TEXT;
ALTER TABLE assets ADD COLUMN seen_at INTEGER;
ALTER TABLE assets ADD COLUMN warranty_until TEXT;
ALTER TABLE assets ADD COLUMN search TEXT;
ALTER TABLE checklist_templates ADD COLUMN search TEXT;
ALTER TABLE tickets ADD COLUMN title TEXT;
ALTER TABLE tickets ADD COLUMN reported_at INTEGER;
ALTER TABLE tickets ADD COLUMN solved_at INTEGER;
ALTER TABLE tickets ADD COLUMN search TEXT;
ALTER TABLE visits ADD COLUMN kind TEXT;
ALTER TABLE visits ADD COLUMN search TEXT;
ALTER TABLE inspections ADD COLUMN started_at INTEGER;
ALTER TABLE advice ADD COLUMN severity TEXT;
ALTER TABLE advice ADD COLUMN search TEXT;
ALTER TABLE service_sheets ADD COLUMN sealed_at INTEGER;
ALTER TABLE service_sheets ADD COLUMN search TEXT;
ALTER TABLE sheet_amendments ADD COLUMN proposed_at INTEGER;
ALTER TABLE attachments ADD COLUMN file_name TEXT;
ALTER TABLE attachments ADD COLUMN search TEXT;
ALTER TABLE callbacks ADD COLUMN agent_id BLOB;
ALTER TABLE callbacks ADD COLUMN score INTEGER;
ALTER TABLE callbacks ADD COLUMN survey_score INTEGER;
ALTER TABLE complaints ADD COLUMN opened_at INTEGER;
ALTER TABLE complaints ADD COLUMN search TEXT;

-- The assets a ticket is about: what a ticket's row lists, to be found from the other side.
CREATE TABLE ticket_assets (
    ticket_id BLOB NOT NULL REFERENCES rows (id),
    asset_id BLOB NOT NULL REFERENCES rows (id),
    PRIMARY KEY (ticket_id, asset_id)
) STRICT;
CREATE INDEX ticket_assets_asset ON ticket_assets (asset_id);

-- In which form the typed rows were last written as a whole; the program writes them anew when it has a newer one.
ALTER TABLE sync_clock ADD COLUMN projected INTEGER NOT NULL DEFAULT 0;

DROP INDEX visits_start;
CREATE INDEX clients_name ON clients (lower(name), id);
CREATE INDEX clients_code_order ON clients (lower(code), id);
CREATE INDEX sites_name ON sites (lower(name), id);
CREATE INDEX contacts_name ON contacts (lower(name), id);
CREATE INDEX contacts_mail ON contacts (lower(email), id);
CREATE INDEX assets_name ON assets (lower(name), id);
CREATE INDEX assets_tag_order ON assets (lower(tag), id);
CREATE INDEX assets_serial_order ON assets (lower(serial), id);
CREATE INDEX assets_seen ON assets (seen_at, id);
CREATE INDEX assets_warranty ON assets (warranty_until, id);
CREATE INDEX tickets_number_order ON tickets (lower(number), id);
CREATE INDEX tickets_title ON tickets (lower(title), id);
CREATE INDEX tickets_reported ON tickets (reported_at, id);
CREATE INDEX tickets_solved ON tickets (solved_at, id);
CREATE INDEX worklog_entries_at ON worklog_entries (at, id);
CREATE INDEX visits_planned_start ON visits (planned_start, id);
CREATE INDEX inspections_started ON inspections (started_at, id);
CREATE INDEX service_sheets_number_order ON service_sheets (lower(number), id);
CREATE INDEX service_sheets_sealed ON service_sheets (sealed_at, id);
CREATE INDEX callbacks_due_order ON callbacks (due_at, id);
CREATE INDEX complaints_opened ON complaints (opened_at, id);
CREATE INDEX complaints_due_order ON complaints (due_at, id);
CREATE INDEX conflicts_opened ON conflicts (opened_at, id);
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
