-- The pages that may use a Web key. A preflight (CORS) carries no key, so one read of an index must answer it. The
-- domain is empty if any page may use the key.
CREATE TABLE trusted_domains (
    domain TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    api_key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    PRIMARY KEY (domain, organization_id, api_key_id)
);
CREATE INDEX trusted_domains_by_key ON trusted_domains (api_key_id);

WITH RECURSIVE lines (domain, organization_id, api_key_id, rest) AS (
    SELECT NULL, organization_id, id, trusted_domains || char(10) FROM api_keys WHERE scope = 'web'
    UNION ALL
    SELECT
        substr(rest, 1, instr(rest, char(10)) - 1), organization_id, api_key_id, substr(rest, instr(rest, char(10)) + 1)
    FROM lines WHERE rest <> ''
)
INSERT INTO trusted_domains (domain, organization_id, api_key_id)
SELECT DISTINCT domain, organization_id, api_key_id FROM lines WHERE domain IS NOT NULL;
