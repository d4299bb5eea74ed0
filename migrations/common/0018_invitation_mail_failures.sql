-- Invitations whose email the mail server refused for good, for the members page.
CREATE TABLE invitation_mail_failures (
    invitation_id TEXT NOT NULL PRIMARY KEY REFERENCES invitations (id) ON DELETE CASCADE,
    failed_at BIGINT NOT NULL
);
