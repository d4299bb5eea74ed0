-- Changes are followed by key: a key can have several tokens. Of a key that is gone no token is known any more; its
-- change becomes one of many keys.
ALTER TABLE verification_changes ADD COLUMN api_key_id TEXT;
UPDATE verification_changes SET api_key_id = (
    SELECT id FROM api_keys WHERE api_keys.lookup = verification_changes.lookup
);
ALTER TABLE verification_changes DROP COLUMN lookup;
