INSERT INTO migration_releases (step, release) VALUES ('0017', '0.2.0');
