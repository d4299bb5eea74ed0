-- None follows the browser.
ALTER TABLE users ADD COLUMN language TEXT CHECK (language IN ('en', 'ru'));

-- The purpose of a key, which decides which of the following columns apply.
ALTER TABLE api_keys ADD COLUMN scope TEXT NOT NULL DEFAULT 'server' CHECK (scope IN ('server', 'web', 'mobile', 'analytics'));
-- From where it can be used, one entry per line; empty for anywhere.
ALTER TABLE api_keys ADD COLUMN trusted_domains TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN app_identifiers TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN allowed_networks TEXT NOT NULL DEFAULT '';
-- The names of the permissions that it has of its owner's, separated by spaces; NULL for all of them.
ALTER TABLE api_keys ADD COLUMN permissions TEXT;
-- When a disabled key is enabled again automatically.
ALTER TABLE api_keys ADD COLUMN disabled_until BIGINT;
ALTER TABLE api_keys ADD COLUMN revocation_reason TEXT;
-- The creator, who may no longer be the owner. NULL if unknown.
ALTER TABLE api_keys ADD COLUMN created_by TEXT REFERENCES users (id);
-- Incremented by every edit, to detect concurrent edits.
ALTER TABLE api_keys ADD COLUMN edits BIGINT NOT NULL DEFAULT 0;

UPDATE api_keys SET created_by = (
    SELECT min(actor_id) FROM audit_events WHERE subject_id = api_keys.id AND action = 'api_key.created'
);

-- The last callers of each key, a few per key.
CREATE TABLE api_key_callers (
    api_key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    -- Empty if unknown.
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    first_used_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, address, agent)
);
