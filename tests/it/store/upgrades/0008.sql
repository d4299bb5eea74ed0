UPDATE users SET language = 'ru' WHERE name = 'Max';
UPDATE api_keys SET permissions = 'api_keys.see_own', allowed_networks = '203.0.113.0/24', edits = 2
    WHERE name = 'Reports';
UPDATE api_keys SET disabled_until = 1811808000000000 WHERE name = 'Paused';
UPDATE api_keys SET revocation_reason = 'leaked' WHERE name = 'Old';
INSERT INTO api_keys (
    id, organization_id, owner_id, name, name_folded, description, lookup, hint, digest, digest_version, created_at,
    confirmed_at, expires_at, scope, trusted_domains, created_by
) VALUES
    ('key_06gp8pv801gsehcssnpv2ud8po', 'org_06gp8pv801d5kcdb7qvpha86uc', 'user_06gp8pv800dpq1i1mp0e4rpto0',
     'Widget', 'widget', '', '4mBY6Z17cZId', 'k9aC',
     'e7647f8001bcfed91426b004ba877a92c6a8c1de755482c8cf5dfe2bfd4f96df', 1,
     1794268800000000, 1794268800000000, 1811808000000000, 'web', 'acme.example
shop.acme.example', 'user_06gp8pv803l4511hlgcj1hk06s');
INSERT INTO api_key_callers (api_key_id, address, agent, first_used_at, last_used_at) VALUES
    ('key_06gp8pv803vu3oo1g9rt4201jo', '203.0.113.9', 'curl/8', 1793577600000000, 1794268800000000),
    ('key_06gp8pv803vu3oo1g9rt4201jo', '', '', 1793577600000000, 1793577600000000);
