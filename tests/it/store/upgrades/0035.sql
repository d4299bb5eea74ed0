INSERT INTO exercised_permissions (api_key_id, permission, used_on)
SELECT id, 'invoices:read', 1794355200000000 FROM api_keys WHERE id = 'key_06gp8pv803vu3oo1g9rt4201jo';
