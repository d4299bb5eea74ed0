CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    owner_id TEXT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    description TEXT NOT NULL,
    lookup TEXT NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    -- HMAC-SHA-256 of the token in hexadecimal, and the version of its master key.
    digest TEXT NOT NULL,
    digest_version INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    disabled_at BIGINT,
    -- 9223372036854775807 for a key that never expires, so that it sorts last without a special case.
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    last_used_at BIGINT,
    UNIQUE (owner_id, name_folded)
);

CREATE INDEX api_keys_by_creation ON api_keys (owner_id, created_at, id);
CREATE INDEX api_keys_by_expiry ON api_keys (owner_id, expires_at, id);
CREATE INDEX api_keys_by_use ON api_keys (owner_id, last_used_at, id);
CREATE INDEX api_keys_unconfirmed ON api_keys (created_at) WHERE confirmed_at IS NULL;

-- One row per create form that created a key: the same form never creates a second one.
CREATE TABLE form_submissions (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of the form's one-time token.
    form_token_digest TEXT NOT NULL,
    api_key_id TEXT NOT NULL,
    submitted_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, form_token_digest)
);

CREATE INDEX form_submissions_by_time ON form_submissions (submitted_at);
