INSERT INTO former_token_labels (organization_id, label) VALUES ('org_06gp8pv801d5kcdb7qvpha86uc', 'acme_live');
