-- An organization with an Owner and a Member, and a key in each status. The digests are those of version 0.1.
INSERT INTO organizations (id, name, created_at) VALUES ('org_06gp8pv801d5kcdb7qvpha86uc', 'Acme', 1793491200000000);
INSERT INTO installation (id, organization_id, set_up_at) VALUES
    (1, 'org_06gp8pv801d5kcdb7qvpha86uc', 1793491200000000);
INSERT INTO users (
    id, organization_id, email, email_folded, name, password_hash, role, created_at, last_signed_in_at, api_key_changes
) VALUES
    ('user_06gp8pv800dpq1i1mp0e4rpto0', 'org_06gp8pv801d5kcdb7qvpha86uc',
     'Ana@acme.example', 'ana@acme.example', 'Ana', '$2b$04$OeqKzTVQT1T1FSF2P7Jnfu8tFHpagaGNn7whnSyQyXAAVY70VPTDq',
     'owner', 1793491200000000, 1793577600000000, 3),
    ('user_06gp8pv803l4511hlgcj1hk06s', 'org_06gp8pv801d5kcdb7qvpha86uc',
     'max@acme.example', 'max@acme.example', 'Max', '$2b$04$OeqKzTVQT1T1FSF2P7Jnfu8tFHpagaGNn7whnSyQyXAAVY70VPTDq',
     'member', 1793577600000000, NULL, 2);
INSERT INTO sessions (id_digest, user_id, state, created_at, last_seen_at) VALUES
    ('1111111111111111111111111111111111111111111111111111111111111111', 'user_06gp8pv800dpq1i1mp0e4rpto0', '{}',
     1793491200000000, 1793577600000000);
INSERT INTO api_keys (
    id, organization_id, owner_id, name, name_folded, description, lookup, hint, digest, digest_version, created_at,
    confirmed_at, disabled_at, expires_at, revoked_at, last_used_at
) VALUES
    ('key_06gp8pv803vu3oo1g9rt4201jo', 'org_06gp8pv801d5kcdb7qvpha86uc', 'user_06gp8pv800dpq1i1mp0e4rpto0',
     'Deploy', 'deploy', 'Line one
Zeile zwei: Straße', 'pa0MC0RKFKFF', '9vyC',
     '935184d6ea3c7b4ae39dd80a6e666045783735f03c156f0d5cab6027a5d0cdb7', 1,
     1793491200000000, 1793491260000000, NULL, 9223372036854775807, NULL, 1794268800000000),
    ('key_06gp8pv801g4q41d3jtg9tcr64', 'org_06gp8pv801d5kcdb7qvpha86uc', 'user_06gp8pv800dpq1i1mp0e4rpto0',
     'Reports', 'reports', '', 'z2TOs7j6R4hs', 'PGOj',
     '7b8ec797726e7ef2c0b24195ad7fd5245bd2918338abfbcfe79a2cc1e4eb0917', 1,
     1793491200000000, 1793491260000000, NULL, 1811808000000000, NULL, NULL),
    ('key_06gp8pv800jdklecg7v1ejjjko', 'org_06gp8pv801d5kcdb7qvpha86uc', 'user_06gp8pv803l4511hlgcj1hk06s',
     'Old', 'old', '', 'x2R8wJ2rdDOp', 'IZ0C',
     'e115110c3ed8e5f314f337c683f5ab76387bb560684886c56969b65a3fbfb9c2', 1,
     1793577600000000, 1793577660000000, NULL, 1811808000000000, 1794268800000000, NULL),
    ('key_06gp8pv80382ina202lp4h86i0', 'org_06gp8pv801d5kcdb7qvpha86uc', 'user_06gp8pv803l4511hlgcj1hk06s',
     'Waiting', 'waiting', '', 's6if5Sp6BBqF', 'DRav',
     'ce14624b79fa715b56c3b560972bde862a4c9d0ab3c2e778ecea5d394b2b6ab4', 1,
     1793577600000000, NULL, NULL, 1811808000000000, NULL, NULL),
    ('key_06gp8pv803jjam23mvjgjs3apc', 'org_06gp8pv801d5kcdb7qvpha86uc', 'user_06gp8pv800dpq1i1mp0e4rpto0',
     'Paused', 'paused', '', 'Us5d97tPNmOQ', 'QndF',
     'f8eb7753a083dc8e482edf98ad3024afd2dc0831e67788a1041f30d365b99c72', 1,
     1793577600000000, 1793577660000000, 1794268800000000, 1811808000000000, NULL, NULL);
INSERT INTO form_submissions (user_id, form_token_digest, api_key_id, submitted_at) VALUES
    ('user_06gp8pv800dpq1i1mp0e4rpto0', '2222222222222222222222222222222222222222222222222222222222222222',
     'key_06gp8pv803vu3oo1g9rt4201jo', 1793491200000000);
INSERT INTO audit_events (
    id, organization_id, at, actor_id, action, subject_id, details, address, request_id
) VALUES
    ('event_06gp8pv802adlimp2hhvivaufg', 'org_06gp8pv801d5kcdb7qvpha86uc', 1793491200000000,
     'user_06gp8pv800dpq1i1mp0e4rpto0',
     'api_key.created', 'key_06gp8pv803vu3oo1g9rt4201jo', '{"name":"Deploy"}', '203.0.113.9', 'request-1'),
    ('event_06gp8pv803betgka0ivcln5udk', 'org_06gp8pv801d5kcdb7qvpha86uc', 1793491260000000,
     'user_06gp8pv800dpq1i1mp0e4rpto0',
     'api_key.confirmed', 'key_06gp8pv803vu3oo1g9rt4201jo', '{"name":"Deploy"}', NULL, NULL),
    ('event_06gp8pv80333cm0rso5j0m4h7c', 'org_06gp8pv801d5kcdb7qvpha86uc', 1794268800000000, NULL,
     'api_key.revoked', 'key_06gp8pv800jdklecg7v1ejjjko', '{"name":"Old"}', NULL, NULL);
