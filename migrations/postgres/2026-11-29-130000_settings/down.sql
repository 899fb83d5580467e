DROP TABLE mail_templates;
DROP TABLE settings;
