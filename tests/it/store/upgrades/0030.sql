INSERT INTO deleted_api_key_tokens (
    id, lookup, hint, digest, digest_version, organization_id, owner_id, api_key_id, name, deleted_at
) VALUES (
    'token_06gp8pv803vu3oo1g9rt420999', 'Zz0MC0RKFKFF', 'vyCd', '2:00', 1, 'org_06gp8pv801d5kcdb7qvpha86uc',
    'user_06gp8pv800dpq1i1mp0e4rpto0', 'key_06gp8pv803vu3oo1g9rt420999', 'Old shop', 1794355200000000
);
INSERT INTO ended_token_uses (
    token_id, reported_by, address, agent, api_key_id, organization_id, first_used_at, last_used_at, used_on,
    used_count
) VALUES (
    'token_06gp8pv803vu3oo1g9rt420999', '', '192.0.2.7', 'curl/8.5.0', 'key_06gp8pv803vu3oo1g9rt420999',
    'org_06gp8pv801d5kcdb7qvpha86uc', 1794355200000001, 1794355200000002, 1794355200000000, 3
);
INSERT INTO ended_token_alarms (api_key_id, raised_at) VALUES
    ('key_06gp8pv803vu3oo1g9rt420999', 1794355200000002);
