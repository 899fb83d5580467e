DROP TABLE wipe_deliveries;
DROP TABLE device_reports;
