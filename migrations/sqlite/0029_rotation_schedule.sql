-- A key's own interval of rotations, in days, when its last rotation was confirmed, and the end of the day by which
-- somebody wants it rotated.
ALTER TABLE api_keys ADD COLUMN rotate_every_days BIGINT;
ALTER TABLE api_keys ADD COLUMN rotated_at BIGINT;
ALTER TABLE api_keys ADD COLUMN rotation_marked_for BIGINT;

-- The due date without the interval of the policy: the earlier one of the mark and the key's own schedule. A token is
-- due at the end of the day, UTC. For indexes only.
ALTER TABLE api_keys ADD COLUMN rotation_due_at BIGINT GENERATED ALWAYS AS (
    CASE
        WHEN rotate_every_days IS NULL THEN rotation_marked_for
        WHEN rotation_marked_for < (COALESCE(rotated_at, confirmed_at) / 86400000000 + rotate_every_days + 1) * 86400000000
            THEN rotation_marked_for
        ELSE (COALESCE(rotated_at, confirmed_at) / 86400000000 + rotate_every_days + 1) * 86400000000
    END
) VIRTUAL;

CREATE INDEX api_keys_live_by_rotation_due ON api_keys (organization_id, rotation_due_at)
    WHERE noted_status < 3 AND rotation_due_at IS NOT NULL;
-- Under the policy's interval, a key is due when its token has been in use for so long.
CREATE INDEX api_keys_live_by_token_age ON api_keys (organization_id, COALESCE(rotated_at, confirmed_at))
    WHERE noted_status < 3;

-- Reminders that were sent: `about` is 'rotation', with the due date, or 'overlap', with the end of the previous token.
CREATE TABLE rotation_reminders (
    api_key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    about TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    -- So many days before. 0 once it is overdue.
    days BIGINT NOT NULL,
    reminded_at BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, about, due_at, days)
);
