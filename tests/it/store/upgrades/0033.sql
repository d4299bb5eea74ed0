INSERT INTO audit_stream_positions (organization_id, number) VALUES ('org_06gp8pv801d5kcdb7qvpha86uc', 2);
INSERT INTO audit_stream_leases (id, holder, expires_at) VALUES (1, '5f0c2a7d91e84b36a0d3c18e7f249b55', 1764000030000000);
