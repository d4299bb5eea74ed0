-- None follows the browser.
ALTER TABLE users ADD COLUMN language TEXT CHECK (language IN ('en', 'ru'));

-- What a key is for, and what of the rest then applies.
ALTER TABLE api_keys ADD COLUMN scope TEXT NOT NULL DEFAULT 'server' CHECK (scope IN ('server', 'web', 'mobile', 'analytics'));
-- From where it may be used, one on a line; empty for anywhere.
ALTER TABLE api_keys ADD COLUMN trusted_domains TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN app_identifiers TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN allowed_networks TEXT NOT NULL DEFAULT '';
-- The names of those it has of its owner's permissions, separated by spaces; none for all of them.
ALTER TABLE api_keys ADD COLUMN permissions TEXT;
-- When a key that is disabled works again by itself.
ALTER TABLE api_keys ADD COLUMN disabled_until BIGINT;
ALTER TABLE api_keys ADD COLUMN revocation_reason TEXT;
-- Who made it, who need not be its owner any more; none when that is not known.
ALTER TABLE api_keys ADD COLUMN created_by TEXT REFERENCES users (id);
-- Counted up by every change that somebody makes, so that an edit of what has changed meanwhile is noticed.
ALTER TABLE api_keys ADD COLUMN edits BIGINT NOT NULL DEFAULT 0;

UPDATE api_keys SET created_by = (
    SELECT min(actor_id) FROM audit_events WHERE subject_id = api_keys.id AND action = 'api_key.created'
);

-- The last places that a key was used from, a few for each key.
CREATE TABLE api_key_callers (
    api_key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    -- Empty when it was not known.
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    first_used_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, address, agent)
);
