-- The pages that may use a Web key. A preflight (CORS) carries no key, so one read of an index must answer it. The
-- domain is empty if any page may use the key.
CREATE TABLE trusted_domains (
    domain TEXT COLLATE "C" NOT NULL,
    organization_id TEXT COLLATE "C" NOT NULL,
    api_key_id TEXT COLLATE "C" NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    PRIMARY KEY (domain, organization_id, api_key_id)
);
CREATE INDEX trusted_domains_by_key ON trusted_domains (api_key_id);

INSERT INTO trusted_domains (domain, organization_id, api_key_id)
SELECT DISTINCT
    unnest(CASE trusted_domains WHEN '' THEN ARRAY[''] ELSE string_to_array(trusted_domains, chr(10)) END),
    organization_id,
    id
FROM api_keys WHERE scope = 'web';
