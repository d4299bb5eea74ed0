-- The events of an organization form a chain: each has a number, from 1 on without gaps, and the hash of what it says
-- and of the event before. src/domain/audit/chain.rs describes the hash. Earlier events get theirs at the start of the
-- server. A server of the version before may still write events without.
ALTER TABLE audit_events ADD COLUMN number BIGINT;
ALTER TABLE audit_events ADD COLUMN hash TEXT;
CREATE UNIQUE INDEX audit_events_by_number ON audit_events (organization_id, number) WHERE number IS NOT NULL;
CREATE INDEX audit_events_without_number ON audit_events (organization_id, id) WHERE number IS NULL;

-- The end of each chain, and what its last verification found.
CREATE TABLE audit_chains (
    organization_id TEXT NOT NULL PRIMARY KEY,
    last_number BIGINT NOT NULL,
    -- 64 hexadecimal digits. Zeros for a chain without events.
    last_hash TEXT NOT NULL,
    verified_at BIGINT,
    -- The number of the last event at that time.
    verified_number BIGINT,
    -- A JSON object. NULL if the chain was intact.
    fault TEXT
);

-- Takes the place of events that were moved to a file, so that the chain can still be verified.
CREATE TABLE audit_archives (
    organization_id TEXT NOT NULL,
    first_number BIGINT NOT NULL,
    last_number BIGINT NOT NULL,
    -- The signed line that is also the end of the file.
    statement TEXT NOT NULL,
    PRIMARY KEY (organization_id, last_number)
);

CREATE TRIGGER audit_events_stay_unchanged BEFORE UPDATE ON audit_events WHEN OLD.number IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'events of the audit log cannot be changed');
END;
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events
WHEN OLD.number IS NULL OR NOT EXISTS (
    SELECT 1 FROM audit_archives a
    WHERE a.organization_id = OLD.organization_id AND OLD.number BETWEEN a.first_number AND a.last_number
)
BEGIN
    SELECT RAISE(ABORT, 'events of the audit log cannot be deleted: latchkey audit archive moves old ones to a file');
END;
CREATE TRIGGER audit_archives_stay_unchanged BEFORE UPDATE ON audit_archives
BEGIN
    SELECT RAISE(ABORT, 'archives of the audit log cannot be changed');
END;
CREATE TRIGGER audit_archives_stay BEFORE DELETE ON audit_archives
BEGIN
    SELECT RAISE(ABORT, 'archives of the audit log cannot be deleted');
END;
