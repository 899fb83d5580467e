-- Which links lead to a row, so that a new one can end those before it.
CREATE INDEX links_row ON links (row_id);
