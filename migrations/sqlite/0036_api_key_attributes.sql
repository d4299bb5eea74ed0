-- What a key says to the services that check it. A key without a row has the default of everything.
CREATE TABLE api_key_attributes (
    api_key_id TEXT NOT NULL PRIMARY KEY REFERENCES api_keys (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- The creation time of the key, which is the default order of lists.
    created_at BIGINT NOT NULL,
    -- NULL is the environment "live".
    environment TEXT,
    external_id TEXT,
    -- A JSON object without white space.
    metadata TEXT,
    -- At most so many uses in each period, and at most rate_limit_burst of them in one second.
    rate_limit BIGINT,
    rate_limit_period TEXT,
    rate_limit_burst BIGINT,
    -- At most so many uses in each calendar day or month, UTC.
    quota BIGINT,
    quota_period TEXT
);
CREATE INDEX api_key_attributes_by_environment
    ON api_key_attributes (organization_id, environment, created_at, api_key_id) WHERE environment IS NOT NULL;
CREATE INDEX api_key_attributes_by_external_id
    ON api_key_attributes (organization_id, external_id, created_at, api_key_id) WHERE external_id IS NOT NULL;
