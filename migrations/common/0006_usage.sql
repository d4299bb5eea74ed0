-- From where a key was last used.
ALTER TABLE api_keys ADD COLUMN last_used_address TEXT;
ALTER TABLE api_keys ADD COLUMN last_used_agent TEXT;

-- How often a token of a key was presented on a day, by answer. The counts of a deleted key stay.
CREATE TABLE verification_counts (
    organization_id TEXT NOT NULL,
    api_key_id TEXT NOT NULL,
    -- The first microsecond of the day, UTC.
    day BIGINT NOT NULL,
    code TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, day, code)
);

CREATE INDEX verification_counts_by_day ON verification_counts (day);
