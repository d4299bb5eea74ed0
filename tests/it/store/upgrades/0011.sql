INSERT INTO policies (organization_id, settings, who_may_create, unused_revoked_from, edits, changed_at) VALUES
    ('org_06gp8pv801d5kcdb7qvpha86uc', '{"who_may_create":"administrators","viewable":"all","max_keys_per_user":50}',
     'administrators', 1811808000000000, 3, 1794268800000000);
INSERT INTO system_api_keys (owner_id, api_key_id) VALUES
    ('user_06gp8pv800dpq1i1mp0e4rpto0', 'key_06gp8pv801g4q41d3jtg9tcr64');
INSERT INTO sealed_tokens (api_key_id, organization_id, master_key_version, sealed) VALUES
    ('key_06gp8pv803vu3oo1g9rt4201jo', 'org_06gp8pv801d5kcdb7qvpha86uc', 1,
     '72a8d6a2ac192e0095adaa987bad9929b1a6ebc8a8a8da5e687e8e4c858c7e951c96136d87813deeecff629b77'
     || '88854ee05ad4df0a1353f97421d68ebb558439ec7b4d998f78e9fe22f0d0e7c5757df45e412ddfdaaa2aebc778'
     || '9503e6223f1e08119e12da39617ae4');
INSERT INTO master_keys (version, fingerprint, first_used_at) VALUES
    (1, '672b03c509c734d9f5a17c841344c24f', 1793491200000000);
INSERT INTO api_key_reminders (api_key_id, expires_at, days, reminded_at) VALUES
    ('key_06gp8pv801g4q41d3jtg9tcr64', 1811808000000000, 30, 1794268800000000);
