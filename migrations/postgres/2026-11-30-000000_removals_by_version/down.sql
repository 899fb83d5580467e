DROP INDEX removals_version;
