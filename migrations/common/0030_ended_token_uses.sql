-- The last use of each token. Before this step, every key had one token.
ALTER TABLE api_key_tokens ADD COLUMN last_used_address TEXT;
ALTER TABLE api_key_tokens ADD COLUMN last_used_agent TEXT;
-- The first microsecond of the day of the last use, UTC, and the uses on that day.
ALTER TABLE api_key_tokens ADD COLUMN used_on BIGINT;
ALTER TABLE api_key_tokens ADD COLUMN used_count BIGINT NOT NULL DEFAULT 0;

UPDATE api_key_tokens SET
    last_used_address = (SELECT k.last_used_address FROM api_keys k WHERE k.id = api_key_tokens.api_key_id),
    last_used_agent = (SELECT k.last_used_agent FROM api_keys k WHERE k.id = api_key_tokens.api_key_id)
WHERE last_used_at IS NOT NULL;

-- Tokens of deleted keys. They never verify. They tell whose key it was that somebody still presents.
CREATE TABLE deleted_api_key_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    -- The public part of the token.
    lookup TEXT NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    digest TEXT NOT NULL,
    digest_version INTEGER NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    owner_id TEXT NOT NULL REFERENCES users (id),
    api_key_id TEXT NOT NULL,
    -- The name of the key.
    name TEXT NOT NULL,
    deleted_at BIGINT NOT NULL
);
CREATE INDEX deleted_api_key_tokens_by_time ON deleted_api_key_tokens (deleted_at);

-- A place that presented a token after its end: after a rotation, or after its key was revoked or deleted.
CREATE TABLE ended_token_uses (
    token_id TEXT NOT NULL,
    -- As in api_key_uses.
    reported_by TEXT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    api_key_id TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    first_used_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    -- The day of the last use, and the uses on that day.
    used_on BIGINT NOT NULL,
    used_count BIGINT NOT NULL,
    PRIMARY KEY (token_id, reported_by, address, agent)
);
CREATE INDEX ended_token_uses_of_key ON ended_token_uses (api_key_id, last_used_at);
CREATE INDEX ended_token_uses_of_organization ON ended_token_uses (organization_id, last_used_at);

-- When Latchkey last reported such uses to the owner of a key.
CREATE TABLE ended_token_alarms (
    api_key_id TEXT NOT NULL PRIMARY KEY,
    raised_at BIGINT NOT NULL
);
CREATE INDEX ended_token_alarms_by_time ON ended_token_alarms (raised_at);
