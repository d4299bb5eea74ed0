-- A key whose uses are limited. Its row is locked while servers change what they have claimed.
CREATE TABLE key_limits (
    api_key_id TEXT NOT NULL PRIMARY KEY,
    -- Increases each time somebody resets the uses.
    resets BIGINT NOT NULL
);

-- What a server has claimed of a window of a key.
CREATE TABLE key_limit_claims (
    api_key_id TEXT NOT NULL,
    limit_window TEXT NOT NULL,
    -- The start of the calendar period of a quota; 0 for sliding windows.
    window_start BIGINT NOT NULL,
    server_id TEXT NOT NULL,
    claimed BIGINT NOT NULL,
    wanted BIGINT NOT NULL,
    -- What was asked for in 1,000 seconds.
    demand BIGINT NOT NULL,
    -- When how much was used, such as "1764000000000000:3 1764000001000000:1".
    uses TEXT NOT NULL,
    -- 1 if the server no longer uses it and all uses are stored.
    is_closed BIGINT NOT NULL,
    stored_at BIGINT NOT NULL,
    -- From then on the row has no effect, unless its server is running.
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, limit_window, window_start, server_id)
);
CREATE INDEX key_limit_claims_by_end ON key_limit_claims (ends_at);

-- The servers that have claims, and until when they use them.
CREATE TABLE key_limit_servers (
    server_id TEXT NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
