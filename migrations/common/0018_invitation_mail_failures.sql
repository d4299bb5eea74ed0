-- Invitations whose mail the mail server refused for good: the members page says so.
CREATE TABLE invitation_mail_failures (
    invitation_id TEXT NOT NULL PRIMARY KEY REFERENCES invitations (id) ON DELETE CASCADE,
    failed_at BIGINT NOT NULL
);
