-- Append-only. No foreign keys: an event outlives its subject and its actor.
CREATE TABLE audit_events (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor_id TEXT,
    action TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    -- A JSON object.
    details TEXT NOT NULL,
    address TEXT,
    request_id TEXT
);

CREATE INDEX audit_events_by_organization ON audit_events (organization_id, id);
CREATE INDEX audit_events_by_subject ON audit_events (subject_id, id);
