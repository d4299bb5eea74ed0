-- The permissions of an organization's own API.
CREATE TABLE api_permissions (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    -- May be empty.
    description TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, name)
);

-- What everybody with a role is granted: the name of a permission, or a wildcard such as "invoices:*".
CREATE TABLE role_api_grants (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    role TEXT NOT NULL,
    api_grant TEXT NOT NULL,
    PRIMARY KEY (organization_id, role, api_grant)
);

-- What one person is granted beside that.
CREATE TABLE member_api_grants (
    user_id TEXT NOT NULL REFERENCES users (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    api_grant TEXT NOT NULL,
    PRIMARY KEY (user_id, api_grant)
);
CREATE INDEX member_api_grants_of_organization ON member_api_grants (organization_id, api_grant);
