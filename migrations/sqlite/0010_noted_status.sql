-- 0 pending, 1 active, 2 disabled, 3 expired, 4 revoked, as far as that is known without the clock. For indexes only.
ALTER TABLE api_keys ADD COLUMN noted_status BIGINT NOT NULL GENERATED ALWAYS AS (
    CASE
        WHEN revoked_at IS NOT NULL THEN 4
        WHEN noted_expiry = expires_at THEN 3
        WHEN confirmed_at IS NULL THEN 0
        WHEN disabled_at IS NOT NULL THEN 2
        ELSE 1
    END
) VIRTUAL;

CREATE INDEX api_key_words_by_word ON api_key_words (organization_id, word, created_at, api_key_id);
-- Includes the columns that decide whether the stored status still holds, so that keys are counted without reading
-- their rows.
CREATE INDEX api_keys_of_organization_by_status ON api_keys (organization_id, noted_status, created_at, id, expires_at, disabled_until);
CREATE INDEX api_keys_of_organization_by_status_and_use ON api_keys (organization_id, noted_status, COALESCE(last_used_at, 0), id);
CREATE INDEX api_keys_live_by_expiry ON api_keys (organization_id, expires_at, created_at, id) WHERE noted_status < 3;
CREATE INDEX api_keys_live_by_disuse ON api_keys (organization_id, COALESCE(last_used_at, created_at)) WHERE noted_status < 3;
CREATE INDEX api_keys_live_of_project ON api_keys (project_id, expires_at) WHERE noted_status < 3 AND project_id IS NOT NULL;
