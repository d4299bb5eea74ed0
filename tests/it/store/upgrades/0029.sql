UPDATE api_keys SET rotate_every_days = 90, rotated_at = 1764000000000000, rotation_marked_for = 1795305600000000
    WHERE id = 'key_06gp8pv803vu3oo1g9rt4201jo';
INSERT INTO rotation_reminders (api_key_id, about, due_at, days, reminded_at) VALUES
    ('key_06gp8pv803vu3oo1g9rt4201jo', 'rotation', 1771804800000000, 30, 1769212800000000);
