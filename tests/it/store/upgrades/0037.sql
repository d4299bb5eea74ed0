INSERT INTO key_limits (api_key_id, resets) VALUES ('key_06gp8pv803vu3oo1g9rt4201jo', 1);
INSERT INTO key_limit_claims (
    api_key_id, limit_window, window_start, server_id, claimed, wanted, demand, uses, is_closed, stored_at, ends_at
) VALUES (
    'key_06gp8pv803vu3oo1g9rt4201jo', 'quota_month', 1761955200000000, 'server', 3, 5, 12, '1761955200000000:3', 1,
    1764000000000000, 4000000000000000
);
INSERT INTO key_limit_servers (server_id, expires_at) VALUES ('server', 1764000010000000);
