-- The text for searches: the words of name and description, lookup and hint, folded. Empty until a task fills it in for
-- keys of earlier versions.
ALTER TABLE api_keys ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
-- The expires_at that a task has seen pass. Only for finding keys by status: whether a key is expired is computed.
ALTER TABLE api_keys ADD COLUMN noted_expiry BIGINT;

-- One row for each word that finds a key.
CREATE TABLE api_key_words (
    api_key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    word TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    -- The creation time of the key, which is the default order of lists.
    created_at BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, word)
);

CREATE INDEX api_keys_not_searchable ON api_keys (id) WHERE search_text = '';
CREATE INDEX api_keys_of_organization_by_use ON api_keys (organization_id, COALESCE(last_used_at, 0), id);
CREATE INDEX api_keys_of_organization_by_scope ON api_keys (organization_id, scope, created_at, id);
CREATE INDEX api_keys_of_organization_by_project ON api_keys (organization_id, project_id, created_at, id);
CREATE INDEX api_keys_enabled_later ON api_keys (organization_id, disabled_until) WHERE disabled_until IS NOT NULL;
DROP INDEX api_keys_of_project;
