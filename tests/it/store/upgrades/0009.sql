UPDATE api_keys SET search_text = ' deploy line one zeile zwei: straße pa0mc0rkfkff 9vyc'
    WHERE name = 'Deploy';
INSERT INTO api_key_words (api_key_id, word, organization_id, created_at) VALUES
    ('key_06gp8pv803vu3oo1g9rt4201jo', 'deploy', 'org_06gp8pv801d5kcdb7qvpha86uc', 1793491200000000);
