-- Incremented before every change of the members and their roles. The row lock makes such changes queue, so that the
-- last Owner stays.
ALTER TABLE organizations ADD COLUMN member_changes BIGINT NOT NULL DEFAULT 0;

-- Removed people keep a row for their keys and events, without address and password.
ALTER TABLE users ADD COLUMN removed_at BIGINT;
-- None follows the browser.
ALTER TABLE users ADD COLUMN theme TEXT CHECK (theme IN ('light', 'dark'));

-- Where the session began.
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN agent TEXT;

CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'administrator', 'support', 'analytics', 'member')),
    -- SHA-256 of the link's token, which itself is stored nowhere.
    token_digest TEXT NOT NULL UNIQUE,
    invited_by TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    revoked_at BIGINT
);

CREATE INDEX invitations_by_organization ON invitations (organization_id, id);

-- At most one for each person: a newer link replaces an older one.
CREATE TABLE password_resets (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of the link's token, which itself is stored nowhere.
    token_digest TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Rate limits, which must survive a restart.
CREATE TABLE rate_limits (
    subject TEXT NOT NULL PRIMARY KEY,
    -- When the bucket is full again.
    free_at BIGINT NOT NULL
);

CREATE INDEX rate_limits_by_time ON rate_limits (free_at);

CREATE TABLE projects (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    archived_at BIGINT,
    UNIQUE (organization_id, name_folded)
);

ALTER TABLE api_keys ADD COLUMN project_id TEXT REFERENCES projects (id);

CREATE INDEX api_keys_of_project ON api_keys (project_id, created_at, id) WHERE project_id IS NOT NULL;
CREATE INDEX api_keys_of_organization_by_creation ON api_keys (organization_id, created_at, id);
CREATE INDEX api_keys_of_organization_by_expiry ON api_keys (organization_id, expires_at, id);
CREATE INDEX api_keys_of_organization_by_name ON api_keys (organization_id, name_folded, id);
