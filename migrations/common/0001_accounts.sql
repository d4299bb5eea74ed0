-- Times are microseconds since 1970-01-01T00:00:00Z. Ids are made by the application and sort by time.

CREATE TABLE organizations (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- At most one row: the first person to register inserts it.
CREATE TABLE installation (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    set_up_at BIGINT NOT NULL
);

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'administrator', 'support', 'analytics', 'member')),
    created_at BIGINT NOT NULL,
    disabled_at BIGINT,
    last_signed_in_at BIGINT,
    -- Incremented before every change of the user's keys: the row lock makes those changes queue.
    api_key_changes BIGINT NOT NULL
);

CREATE INDEX users_by_organization ON users (organization_id, id);

CREATE TABLE sessions (
    -- SHA-256 of the cookie's value, which itself is not stored.
    id_digest TEXT NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_last_seen ON sessions (last_seen_at);
