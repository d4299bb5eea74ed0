UPDATE verification_state SET last_change = 7;
INSERT INTO verification_changes (number, lookup, changed_at) VALUES (7, 'x2R8wJ2rdDOp', 1794268800000000);
