-- Includes the times in the index expressions: otherwise PostgreSQL reads every key that such an index finds.
DROP INDEX api_keys_of_organization_by_use;
CREATE INDEX api_keys_of_organization_by_use
    ON api_keys (organization_id, COALESCE(last_used_at, 0), id) INCLUDE (last_used_at);
DROP INDEX api_keys_of_organization_by_status_and_use;
CREATE INDEX api_keys_of_organization_by_status_and_use
    ON api_keys (organization_id, noted_status, COALESCE(last_used_at, 0), id) INCLUDE (last_used_at);
DROP INDEX api_keys_live_by_disuse;
CREATE INDEX api_keys_live_by_disuse
    ON api_keys (organization_id, COALESCE(last_used_at, created_at)) INCLUDE (last_used_at, created_at)
    WHERE noted_status < 3;
