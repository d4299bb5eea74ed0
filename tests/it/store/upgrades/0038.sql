INSERT INTO unused_permission_marks (api_key_id, organization_id, created_at)
SELECT id, organization_id, created_at FROM api_keys WHERE id = 'key_06gp8pv803vu3oo1g9rt4201jo';
