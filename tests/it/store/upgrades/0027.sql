INSERT INTO usage_days (subject_id, day, code, count) VALUES
    ('org_06gp8pv801d5kcdb7qvpha86uc', 1794355200000000, 'VALID', 7);
INSERT INTO busiest_api_keys (organization_id, day, api_key_id, count) VALUES
    ('org_06gp8pv801d5kcdb7qvpha86uc', 1794355200000000, 'key_06gp8pv803vu3oo1g9rt4201jo', 7);
