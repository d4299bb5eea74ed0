-- The hashes of the three events.
UPDATE audit_events SET number = 1, hash = 'e8dc7ca5796b416bdbec04b517a60238a3afb0d1a1a3c84319a8fdb0dfb3d4ca'
    WHERE id = 'event_06gp8pv802adlimp2hhvivaufg';
UPDATE audit_events SET number = 2, hash = '788fd9557fe259c1e9622604e5e09e72027274e7907070d4d0bceb047624dd0d'
    WHERE id = 'event_06gp8pv80333cm0rso5j0m4h7c';
UPDATE audit_events SET number = 3, hash = '9141528524f9519ffd63d5561d419c7cf607c0b18313fd37a8fb291d55df236a'
    WHERE id = 'event_06gp8pv803betgka0ivcln5udk';
INSERT INTO audit_chains (organization_id, last_number, last_hash) VALUES
    ('org_06gp8pv801d5kcdb7qvpha86uc', 3,
     '9141528524f9519ffd63d5561d419c7cf607c0b18313fd37a8fb291d55df236a');
INSERT INTO audit_archives (organization_id, first_number, last_number, statement) VALUES
    ('org_06gp8pv803vu3oo1g9rt4201jo', 1, 1, '');
