DROP INDEX attachments_stored;
DROP TABLE upload_parts;
DROP TABLE uploads;
