-- The keys with permissions of the organization's API that nobody asks for. A task recomputes the rows once a day.
CREATE TABLE unused_permission_marks (
    api_key_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES api_keys (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- The creation time of the key, which is the default order of lists.
    created_at BIGINT NOT NULL
);
CREATE INDEX unused_permission_marks_by_creation
    ON unused_permission_marks (organization_id, created_at, api_key_id);
