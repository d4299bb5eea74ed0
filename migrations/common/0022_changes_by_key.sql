-- Changes are followed by key, because a key can have several tokens. For a deleted key no token is known, so its
-- change becomes one of many keys.
ALTER TABLE verification_changes ADD COLUMN api_key_id TEXT;
UPDATE verification_changes SET api_key_id = (
    SELECT id FROM api_keys WHERE api_keys.lookup = verification_changes.lookup
);
ALTER TABLE verification_changes DROP COLUMN lookup;
