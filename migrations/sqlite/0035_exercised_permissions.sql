-- Which permissions requests asked for with a key. Written at most once a day for each of them.
CREATE TABLE exercised_permissions (
    api_key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    permission TEXT NOT NULL,
    -- The first microsecond of the last day of use, UTC.
    used_on BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, permission)
);
