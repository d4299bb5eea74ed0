-- The last addresses and programs that used a key, a few per key, and the service that reported them.
CREATE TABLE api_key_uses (
    api_key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    -- The address of the service that reported this address or agent on behalf of its client. Empty if the client
    -- itself sent the request.
    reported_by TEXT NOT NULL,
    -- Empty if unknown.
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    first_used_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, reported_by, address, agent)
);

INSERT INTO api_key_uses (api_key_id, reported_by, address, agent, first_used_at, last_used_at)
    SELECT api_key_id, '', address, agent, first_used_at, last_used_at FROM api_key_callers;

-- The table stays for servers of the earlier version that run during the upgrade.
DELETE FROM api_key_callers;
