-- Submitted forms of actions, with their outcomes: the same form gets the same answer again.
CREATE TABLE act_submissions (
    -- No reference: it would lock the person's row before every other lock. Rows go by their age.
    user_id TEXT NOT NULL,
    -- SHA-256 of all that was sent.
    form_digest TEXT NOT NULL,
    -- JSON. Empty while the act is being carried out, which nobody else sees.
    outcome TEXT NOT NULL,
    submitted_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, form_digest)
);

CREATE INDEX act_submissions_by_time ON act_submissions (submitted_at);

-- Selected keys of people who have not confirmed yet: too many for an address.
CREATE TABLE selections (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Ids with a blank between them.
    api_key_ids TEXT NOT NULL,
    made_at BIGINT NOT NULL
);

CREATE INDEX selections_of_user ON selections (user_id, made_at);
CREATE INDEX selections_by_time ON selections (made_at);
