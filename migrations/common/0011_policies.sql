-- The rules of an organization; one without a row has those by default.
CREATE TABLE policies (
    organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id),
    -- A JSON object with an entry for each setting.
    settings TEXT NOT NULL,
    -- Once more by itself, since every verification needs it.
    who_may_create TEXT NOT NULL CHECK (who_may_create IN ('administrators', 'everyone')),
    -- From when on keys that nobody uses are revoked: their owners had notice until then.
    unused_revoked_from BIGINT,
    -- Counted up by every change, so that of two at once the second is noticed.
    edits BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- The keys that the system made, one for a person at most.
CREATE TABLE system_api_keys (
    owner_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    api_key_id TEXT NOT NULL UNIQUE REFERENCES api_keys (id) ON DELETE CASCADE
);

-- Tokens, encrypted, of keys whose owners may see them again.
CREATE TABLE sealed_tokens (
    api_key_id TEXT NOT NULL PRIMARY KEY REFERENCES api_keys (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- Which master key opens it.
    master_key_version INTEGER NOT NULL,
    -- Nonce and ciphertext in hexadecimal.
    sealed TEXT NOT NULL
);

CREATE INDEX sealed_tokens_by_version ON sealed_tokens (master_key_version, api_key_id);
CREATE INDEX sealed_tokens_of_organization ON sealed_tokens (organization_id);

-- By what each master key that was ever used is known again.
CREATE TABLE master_keys (
    version INTEGER NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    first_used_at BIGINT NOT NULL
);

-- Of which keys' expiry their owners were reminded, how many days before.
CREATE TABLE api_key_reminders (
    api_key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    days BIGINT NOT NULL,
    reminded_at BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, expires_at, days)
);
