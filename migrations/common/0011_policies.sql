-- The policy of an organization. Without a row, the default applies.
CREATE TABLE policies (
    organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id),
    -- A JSON object with an entry for each setting.
    settings TEXT NOT NULL,
    -- Repeated here for verification, which reads nothing else of the policy.
    who_may_create TEXT NOT NULL CHECK (who_may_create IN ('administrators', 'everyone')),
    -- From when on unused keys are revoked: their owners have notice until then.
    unused_revoked_from BIGINT,
    -- Incremented by every change, to detect concurrent changes.
    edits BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- System keys: at most one per person.
CREATE TABLE system_api_keys (
    owner_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    api_key_id TEXT NOT NULL UNIQUE REFERENCES api_keys (id) ON DELETE CASCADE
);

-- Encrypted tokens of keys whose owners may see them again.
CREATE TABLE sealed_tokens (
    api_key_id TEXT NOT NULL PRIMARY KEY REFERENCES api_keys (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- The version of the master key that opens it.
    master_key_version INTEGER NOT NULL,
    -- Nonce and ciphertext in hexadecimal.
    sealed TEXT NOT NULL
);

CREATE INDEX sealed_tokens_by_version ON sealed_tokens (master_key_version, api_key_id);
CREATE INDEX sealed_tokens_of_organization ON sealed_tokens (organization_id);

-- Fingerprints of all master keys that were ever used.
CREATE TABLE master_keys (
    version INTEGER NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    first_used_at BIGINT NOT NULL
);

-- Reminders that were already sent, and how many days before the end.
CREATE TABLE api_key_reminders (
    api_key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    days BIGINT NOT NULL,
    reminded_at BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, expires_at, days)
);
