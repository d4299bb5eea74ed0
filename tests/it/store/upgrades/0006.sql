UPDATE api_keys SET last_used_address = '203.0.113.9', last_used_agent = 'curl/8' WHERE name = 'Deploy';
INSERT INTO verification_counts (organization_id, api_key_id, day, code, count) VALUES
    ('org_06gp8pv801d5kcdb7qvpha86uc', 'key_06gp8pv803vu3oo1g9rt4201jo', 1794268800000000, 'VALID', 41),
    ('org_06gp8pv801d5kcdb7qvpha86uc', 'key_06gp8pv803jjam23mvjgjs3apc', 1794268800000000, 'DISABLED', 2);
