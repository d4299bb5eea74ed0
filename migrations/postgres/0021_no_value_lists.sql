-- The program parses these values and refuses unknown ones, so that a new role or language needs no migration.
ALTER TABLE users
    DROP CONSTRAINT IF EXISTS users_role_check,
    DROP CONSTRAINT IF EXISTS users_theme_check,
    DROP CONSTRAINT IF EXISTS users_language_check;
ALTER TABLE invitations DROP CONSTRAINT IF EXISTS invitations_role_check;
ALTER TABLE api_keys DROP CONSTRAINT IF EXISTS api_keys_scope_check;
ALTER TABLE policies DROP CONSTRAINT IF EXISTS policies_who_may_create_check;
