-- A new token of a rotation is pending until the person who started it confirms the copy. Then the former token ends
-- after this time. NULL for a key's first token.
ALTER TABLE api_key_tokens ADD COLUMN overlap_seconds BIGINT;
-- Who started the rotation. NULL for a key's first token.
ALTER TABLE api_key_tokens ADD COLUMN created_by TEXT;

CREATE UNIQUE INDEX api_key_tokens_pending ON api_key_tokens (api_key_id)
    WHERE confirmed_at IS NULL AND ends_at IS NULL;
CREATE INDEX api_key_tokens_ending ON api_key_tokens (ends_at) WHERE ends_at IS NOT NULL;
