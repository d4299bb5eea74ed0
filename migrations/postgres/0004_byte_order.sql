-- SQLite compares text byte by byte. PostgreSQL must do so too where rows are sorted and paged, whatever its locale.
ALTER TABLE api_keys ALTER COLUMN id TYPE TEXT COLLATE "C";
ALTER TABLE api_keys ALTER COLUMN name_folded TYPE TEXT COLLATE "C";
ALTER TABLE audit_events ALTER COLUMN id TYPE TEXT COLLATE "C";
