INSERT INTO api_key_attributes (
    api_key_id, organization_id, created_at, environment, external_id, metadata, rate_limit, rate_limit_period,
    rate_limit_burst, quota, quota_period
) SELECT id, organization_id, created_at, 'test', 'cus_9f3', '{"plan":"pro","seats":12}', 600, 'minute', 20, 100000, 'month'
FROM api_keys WHERE id = 'key_06gp8pv803vu3oo1g9rt4201jo';
