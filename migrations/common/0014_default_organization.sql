-- Whose keys a question about a token accepts when it names no organization: an organization's id, or 'none' where every
-- question must name one. Nothing means the organization that registered first (installation).
ALTER TABLE verification_state ADD COLUMN default_organization TEXT;
