-- When a key or a person was last enabled. Disuse counts from then on.
ALTER TABLE api_keys ADD COLUMN enabled_at BIGINT;
ALTER TABLE users ADD COLUMN enabled_at BIGINT;

-- Before, this was read from the audit log.
UPDATE api_keys SET enabled_at = (
    SELECT MAX(at) FROM audit_events WHERE subject_id = api_keys.id AND action = 'api_key.enabled'
);
UPDATE users SET enabled_at = (
    SELECT MAX(at) FROM audit_events WHERE subject_id = users.id AND action = 'member.enabled'
);
