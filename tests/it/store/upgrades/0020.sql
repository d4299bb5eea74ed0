-- A digest of version 0.2, which covers the IDs of key and organization.
INSERT INTO api_keys (
    id, organization_id, owner_id, name, name_folded, description, lookup, hint, digest, digest_version, created_at,
    confirmed_at, expires_at, created_by
) VALUES
    ('key_06gp8pv800h2tojbohumatib9o', 'org_06gp8pv801d5kcdb7qvpha86uc', 'user_06gp8pv800dpq1i1mp0e4rpto0',
     'Current', 'current', '', 'mqJzf1VDduE1', 'iBU3',
     '2:297d65a62c527f4151c4e218a1104c0dcd367798f0919903cb3c9208e2e699ec', 1,
     1794268800000000, 1794268800000000, 1811808000000000, 'user_06gp8pv800dpq1i1mp0e4rpto0');
INSERT INTO api_key_uses (api_key_id, reported_by, address, agent, first_used_at, last_used_at) VALUES
    ('key_06gp8pv800h2tojbohumatib9o', '198.51.100.7', '203.0.113.10', 'curl/8', 1794268800000000, 1794268800000000);
