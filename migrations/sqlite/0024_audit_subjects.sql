-- The subject and the cause of an event, so that both can be searched and displayed after they are deleted. The
-- defaults are for servers of the version before, which may still write during the upgrade.
ALTER TABLE audit_events ADD COLUMN subject_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_events ADD COLUMN subject_name TEXT;
-- user, api_key, command_line, server or visitor.
ALTER TABLE audit_events ADD COLUMN actor_kind TEXT NOT NULL DEFAULT '';
-- The API key that the actor presented.
ALTER TABLE audit_events ADD COLUMN credential_id TEXT;

UPDATE audit_events SET
    subject_kind = CASE
        WHEN action LIKE 'api_key.%' THEN 'api_key'
        WHEN action LIKE 'invitation.%' OR action = 'member.invited' THEN 'invitation'
        WHEN action LIKE 'project.%' THEN 'project'
        WHEN action LIKE 'organization.%' OR action IN ('policy.changed', 'api_keys.exported') THEN 'organization'
        ELSE 'user'
    END,
    credential_id = CASE WHEN action = 'api_keys.exported' THEN json_extract(details, '$.api_key') END;
UPDATE audit_events SET
    actor_kind = CASE
        WHEN credential_id IS NOT NULL THEN 'api_key'
        WHEN actor_id IS NOT NULL THEN 'user'
        WHEN request_id IS NOT NULL THEN 'visitor'
        ELSE 'server'
    END,
    subject_name = CASE subject_kind
        WHEN 'invitation' THEN json_extract(details, '$.email')
        WHEN 'organization' THEN (SELECT name FROM organizations WHERE id = subject_id)
        WHEN 'user' THEN COALESCE(json_extract(details, '$.name'), (SELECT name FROM users WHERE id = subject_id))
        WHEN 'project' THEN json_extract(details, '$.name')
        ELSE COALESCE(json_extract(details, '$.name'), (SELECT name FROM api_keys WHERE id = subject_id))
    END;

CREATE INDEX audit_events_by_action ON audit_events (organization_id, action, id);
CREATE INDEX audit_events_by_actor ON audit_events (organization_id, actor_id, id);
CREATE INDEX audit_events_by_credential ON audit_events (organization_id, credential_id, id)
    WHERE credential_id IS NOT NULL;
