DROP TABLE handover_items;
