INSERT INTO invitation_mail_failures (invitation_id, failed_at) VALUES
    ('inv_06gp8pv800l7797rrk0uo9q6nk', 1794268800000000);
