-- For the audit log page: events by what caused them, by the name of their subject at the time, and about the keys of a
-- person.
CREATE INDEX audit_events_by_initiator ON audit_events (organization_id, actor_kind, id);
CREATE INDEX audit_events_by_name ON audit_events (organization_id, lower(subject_name), id);
CREATE INDEX audit_events_by_owner ON audit_events (organization_id, json_extract(details, '$.owner_id'), id) WHERE subject_kind = 'api_key';
