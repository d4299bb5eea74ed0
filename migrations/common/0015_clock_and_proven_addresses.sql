-- The last time of a clock that a server trusted. A server whose clock differs by days doubts its own clock.
CREATE TABLE clock_readings (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    read_at BIGINT NOT NULL
);

-- When the person proved that the mailbox is theirs, or the operator of the server vouched for it. An unproven address
-- yields to an invitation that was opened from the mailbox. Accounts of earlier versions count as proven.
ALTER TABLE users ADD COLUMN email_proven_at BIGINT;
UPDATE users SET email_proven_at = created_at WHERE removed_at IS NULL;

-- SHA-256 of the token in the link that is only sent by email: its holder has the mailbox.
ALTER TABLE invitations ADD COLUMN mail_token_digest TEXT;
CREATE UNIQUE INDEX invitations_by_mail_token ON invitations (mail_token_digest);
