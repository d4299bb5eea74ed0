-- The default organization, whose keys are accepted if a request names none: its id, or 'none' if every request must
-- name one. NULL means the organization that registered first (installation).
ALTER TABLE verification_state ADD COLUMN default_organization TEXT;
