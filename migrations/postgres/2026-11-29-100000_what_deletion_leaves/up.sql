-- A typed row goes when its row is deleted, and what refers to it stands, also what arrives later: references lead to
-- the published rows, where tombstones stay.
ALTER TABLE contacts
    DROP CONSTRAINT contacts_client_id_fkey,
    ADD CONSTRAINT contacts_client_id_fkey FOREIGN KEY (client_id) REFERENCES rows (id);
ALTER TABLE assets
    DROP CONSTRAINT assets_site_id_fkey,
    ADD CONSTRAINT assets_site_id_fkey FOREIGN KEY (site_id) REFERENCES rows (id);
ALTER TABLE tickets
    DROP CONSTRAINT tickets_client_id_fkey,
    ADD CONSTRAINT tickets_client_id_fkey FOREIGN KEY (client_id) REFERENCES rows (id),
    DROP CONSTRAINT tickets_site_id_fkey,
    ADD CONSTRAINT tickets_site_id_fkey FOREIGN KEY (site_id) REFERENCES rows (id);
ALTER TABLE visits
    DROP CONSTRAINT visits_client_id_fkey,
    ADD CONSTRAINT visits_client_id_fkey FOREIGN KEY (client_id) REFERENCES rows (id),
    DROP CONSTRAINT visits_site_id_fkey,
    ADD CONSTRAINT visits_site_id_fkey FOREIGN KEY (site_id) REFERENCES rows (id);
ALTER TABLE sites
    DROP CONSTRAINT sites_client_id_fkey,
    ADD CONSTRAINT sites_client_id_fkey FOREIGN KEY (client_id) REFERENCES rows (id);

-- A row that turned out to be another one: what still comes for it goes there.
CREATE TABLE aliases (
    id UUID PRIMARY KEY REFERENCES rows (id),
    row_id UUID NOT NULL REFERENCES rows (id),
    CHECK (id <> row_id)
);
CREATE INDEX aliases_row ON aliases (row_id);

-- Streams that a device went on in, and up to which version the one before was its own.
CREATE TABLE continued_streams (
    stream_id UUID PRIMARY KEY REFERENCES streams (id),
    earlier_id UUID NOT NULL REFERENCES streams (id),
    through_version BIGINT NOT NULL
);
