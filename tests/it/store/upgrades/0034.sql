INSERT INTO api_permissions (organization_id, name, description, created_at) VALUES
    ('org_06gp8pv801d5kcdb7qvpha86uc', 'invoices:read', 'See invoices', 1794355200000000),
    ('org_06gp8pv801d5kcdb7qvpha86uc', 'invoices:write', '', 1794355200000001);
INSERT INTO role_api_grants (organization_id, role, api_grant) VALUES
    ('org_06gp8pv801d5kcdb7qvpha86uc', 'member', 'invoices:read'),
    ('org_06gp8pv801d5kcdb7qvpha86uc', 'owner', 'invoices:*');
INSERT INTO member_api_grants (user_id, organization_id, api_grant) VALUES
    ('user_06gp8pv800dpq1i1mp0e4rpto0', 'org_06gp8pv801d5kcdb7qvpha86uc', 'invoices:write');
