UPDATE organizations SET member_changes = 4;
UPDATE users SET theme = 'dark' WHERE name = 'Ana';
UPDATE sessions SET address = '203.0.113.9', agent = 'Mozilla/5.0';
INSERT INTO invitations (
    id, organization_id, email, email_folded, role, token_digest, invited_by, created_at, expires_at
) VALUES
    ('inv_06gp8pv800l7797rrk0uo9q6nk', 'org_06gp8pv801d5kcdb7qvpha86uc', 'Lea@acme.example', 'lea@acme.example',
     'support',
     '3333333333333333333333333333333333333333333333333333333333333333', 'user_06gp8pv800dpq1i1mp0e4rpto0',
     1794268800000000, 1811808000000000);
INSERT INTO password_resets (user_id, token_digest, created_at, expires_at) VALUES
    ('user_06gp8pv803l4511hlgcj1hk06s', '4444444444444444444444444444444444444444444444444444444444444444',
     1794268800000000, 1811808000000000);
INSERT INTO rate_limits (subject, free_at) VALUES ('sign-in:max@acme.example', 1794268800000000);
INSERT INTO projects (id, organization_id, name, name_folded, created_at) VALUES
    ('proj_06gp8pv802cciabmftoaopnbd4', 'org_06gp8pv801d5kcdb7qvpha86uc', 'Mobile app', 'mobile app', 1793577600000000);
UPDATE api_keys SET project_id = 'proj_06gp8pv802cciabmftoaopnbd4' WHERE name = 'Reports';
