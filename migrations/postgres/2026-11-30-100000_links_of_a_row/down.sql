DROP INDEX links_row;
