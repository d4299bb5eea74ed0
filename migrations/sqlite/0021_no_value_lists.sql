-- The program parses roles, themes, languages and scopes, and refuses unknown ones, so that a new one needs no
-- migration. SQLite cannot drop a constraint: each table is created again without its lists, filled and renamed.

CREATE TABLE users_new (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT,
    last_signed_in_at BIGINT,
    -- Incremented before every change of the user's keys: the row lock makes those changes queue.
    api_key_changes BIGINT NOT NULL,
    -- A removed person keeps a row, without address and password, for keys and events that refer to it.
    removed_at BIGINT,
    -- None follows the browser.
    theme TEXT,
    -- None follows the browser.
    language TEXT,
    -- When the person showed that the mailbox is theirs, or an operator of the server confirmed it.
    email_proven_at BIGINT
);

INSERT INTO users_new (
    id, organization_id, email, email_folded, name, password_hash, role, created_at, disabled_at, last_signed_in_at,
    api_key_changes, removed_at, theme, language, email_proven_at
)
SELECT
    id, organization_id, email, email_folded, name, password_hash, role, created_at, disabled_at, last_signed_in_at,
    api_key_changes, removed_at, theme, language, email_proven_at
FROM users;

DROP TABLE users;
ALTER TABLE users_new RENAME TO users;

CREATE INDEX users_by_organization ON users (organization_id, id);

CREATE TABLE invitations_new (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    role TEXT NOT NULL,
    -- SHA-256 of the token in the link on the page. The token is not stored.
    token_digest TEXT NOT NULL UNIQUE,
    invited_by TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    revoked_at BIGINT,
    -- SHA-256 of the token in the link that only the email contains: it proves the mailbox.
    mail_token_digest TEXT
);

INSERT INTO invitations_new (
    id, organization_id, email, email_folded, role, token_digest, invited_by, created_at, expires_at, accepted_at,
    revoked_at, mail_token_digest
)
SELECT
    id, organization_id, email, email_folded, role, token_digest, invited_by, created_at, expires_at, accepted_at,
    revoked_at, mail_token_digest
FROM invitations;

DROP TABLE invitations;
ALTER TABLE invitations_new RENAME TO invitations;

CREATE INDEX invitations_by_organization ON invitations (organization_id, id);
CREATE UNIQUE INDEX invitations_by_mail_token ON invitations (mail_token_digest);

CREATE TABLE policies_new (
    organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id),
    -- A JSON object with an entry for each setting.
    settings TEXT NOT NULL,
    -- Repeated here for verification, which reads nothing else of the policy.
    who_may_create TEXT NOT NULL,
    -- From when on unused keys are revoked: their owners have notice until then.
    unused_revoked_from BIGINT,
    -- Incremented by every change, to detect concurrent changes.
    edits BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

INSERT INTO policies_new (organization_id, settings, who_may_create, unused_revoked_from, edits, changed_at)
SELECT organization_id, settings, who_may_create, unused_revoked_from, edits, changed_at FROM policies;

DROP TABLE policies;
ALTER TABLE policies_new RENAME TO policies;

CREATE TABLE api_keys_new (
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
    -- From where the key was last used.
    last_used_address TEXT,
    last_used_agent TEXT,
    project_id TEXT REFERENCES projects (id),
    scope TEXT NOT NULL DEFAULT 'server',
    -- From where the key can be used, one entry per line; empty for anywhere.
    trusted_domains TEXT NOT NULL DEFAULT '',
    app_identifiers TEXT NOT NULL DEFAULT '',
    allowed_networks TEXT NOT NULL DEFAULT '',
    -- The names of the permissions that the key has of its owner's, separated by spaces; NULL for all of them.
    permissions TEXT,
    -- When a disabled key is enabled again automatically.
    disabled_until BIGINT,
    revocation_reason TEXT,
    -- The creator, who may no longer be the owner. NULL if unknown.
    created_by TEXT REFERENCES users (id),
    -- Incremented by every edit, to detect concurrent edits.
    edits BIGINT NOT NULL DEFAULT 0,
    -- The text for searches: the words of name and description, lookup and hint, folded. Empty until a task fills it
    -- in.
    search_text TEXT NOT NULL DEFAULT '',
    -- The expires_at that a task has seen pass. Only for finding keys by status: whether a key is expired is computed.
    noted_expiry BIGINT,
    -- 0 pending, 1 active, 2 disabled, 3 expired, 4 revoked, as far as that is known without the clock. For indexes only.
    noted_status BIGINT NOT NULL GENERATED ALWAYS AS (
        CASE
            WHEN revoked_at IS NOT NULL THEN 4
            WHEN noted_expiry = expires_at THEN 3
            WHEN confirmed_at IS NULL THEN 0
            WHEN disabled_at IS NOT NULL THEN 2
            ELSE 1
        END
    ) VIRTUAL,
    UNIQUE (owner_id, name_folded)
);

INSERT INTO api_keys_new (
    id, organization_id, owner_id, name, name_folded, description, lookup, hint, digest, digest_version, created_at,
    confirmed_at, disabled_at, expires_at, revoked_at, last_used_at, last_used_address, last_used_agent, project_id,
    scope, trusted_domains, app_identifiers, allowed_networks, permissions, disabled_until, revocation_reason,
    created_by, edits, search_text, noted_expiry
)
SELECT
    id, organization_id, owner_id, name, name_folded, description, lookup, hint, digest, digest_version, created_at,
    confirmed_at, disabled_at, expires_at, revoked_at, last_used_at, last_used_address, last_used_agent, project_id,
    scope, trusted_domains, app_identifiers, allowed_networks, permissions, disabled_until, revocation_reason,
    created_by, edits, search_text, noted_expiry
FROM api_keys;

DROP TABLE api_keys;
ALTER TABLE api_keys_new RENAME TO api_keys;

CREATE INDEX api_keys_by_creation ON api_keys (owner_id, created_at, id);
CREATE INDEX api_keys_by_expiry ON api_keys (owner_id, expires_at, id);
CREATE INDEX api_keys_by_use ON api_keys (owner_id, last_used_at, id);
CREATE INDEX api_keys_unconfirmed ON api_keys (created_at) WHERE confirmed_at IS NULL;
CREATE INDEX api_keys_of_organization_by_creation ON api_keys (organization_id, created_at, id);
CREATE INDEX api_keys_of_organization_by_expiry ON api_keys (organization_id, expires_at, id);
CREATE INDEX api_keys_of_organization_by_name ON api_keys (organization_id, name_folded, id);
CREATE INDEX api_keys_not_searchable ON api_keys (id) WHERE search_text = '';
CREATE INDEX api_keys_of_organization_by_use ON api_keys (organization_id, COALESCE(last_used_at, 0), id);
CREATE INDEX api_keys_of_organization_by_scope ON api_keys (organization_id, scope, created_at, id);
CREATE INDEX api_keys_of_organization_by_project ON api_keys (organization_id, project_id, created_at, id);
CREATE INDEX api_keys_enabled_later ON api_keys (organization_id, disabled_until) WHERE disabled_until IS NOT NULL;
-- Includes the columns that decide whether the stored status still holds, so that keys are counted without reading
-- their rows.
CREATE INDEX api_keys_of_organization_by_status
    ON api_keys (organization_id, noted_status, created_at, id, expires_at, disabled_until);
CREATE INDEX api_keys_of_organization_by_status_and_use
    ON api_keys (organization_id, noted_status, COALESCE(last_used_at, 0), id);
CREATE INDEX api_keys_live_by_expiry
    ON api_keys (organization_id, expires_at, created_at, id) WHERE noted_status < 3;
CREATE INDEX api_keys_live_by_disuse
    ON api_keys (organization_id, COALESCE(last_used_at, created_at)) WHERE noted_status < 3;
CREATE INDEX api_keys_live_of_project
    ON api_keys (project_id, expires_at) WHERE noted_status < 3 AND project_id IS NOT NULL;
