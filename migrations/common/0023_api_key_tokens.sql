-- The tokens of a key: one, or two during a rotation. Lookup and hint in api_keys are copies of the current token's,
-- for lists and searches.
CREATE TABLE api_key_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    api_key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- The public part of the token.
    lookup TEXT NOT NULL UNIQUE,
    -- The last characters of the token.
    hint TEXT NOT NULL,
    -- HMAC-SHA-256 of the token in hexadecimal, and the version of its master key.
    digest TEXT NOT NULL,
    digest_version INTEGER NOT NULL,
    -- Nonce and encrypted token in hexadecimal, and the version of the master key that opens it. NULL if the token
    -- cannot be displayed again.
    sealed TEXT,
    sealed_version INTEGER,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    -- The first instant at which the token no longer verifies. NULL if only the key's own expiry counts.
    ends_at BIGINT,
    last_used_at BIGINT
);

INSERT INTO api_key_tokens (
    id, api_key_id, organization_id, lookup, hint, digest, digest_version, sealed, sealed_version, created_at,
    confirmed_at, last_used_at
)
SELECT
    'token_' || substr(k.id, 5), k.id, k.organization_id, k.lookup, k.hint, k.digest, k.digest_version, s.sealed,
    s.master_key_version, k.created_at, k.confirmed_at, k.last_used_at
FROM api_keys k LEFT JOIN sealed_tokens s ON s.api_key_id = k.id;

CREATE INDEX api_key_tokens_of_key ON api_key_tokens (api_key_id);
CREATE UNIQUE INDEX api_key_tokens_current ON api_key_tokens (api_key_id)
    WHERE confirmed_at IS NOT NULL AND ends_at IS NULL;
CREATE INDEX api_key_tokens_by_seal ON api_key_tokens (sealed_version, id) WHERE sealed_version IS NOT NULL;

DROP TABLE sealed_tokens;
ALTER TABLE api_keys DROP COLUMN digest;
ALTER TABLE api_keys DROP COLUMN digest_version;
