-- All events name a change `before` and `after`. These four used other names.
UPDATE audit_events
SET details = json_object('before', json_extract(details, '$.from'), 'after', json_extract(details, '$.to'))
WHERE action IN ('user.renamed', 'user.email_changed', 'user.email_released')
    AND json_extract(details, '$.from') IS NOT NULL;
UPDATE audit_events
SET details = json_object(
    'name', json_extract(details, '$.name'),
    'before', json_extract(details, '$.old_name'),
    'after', json_extract(details, '$.name')
)
WHERE action = 'project.renamed' AND json_extract(details, '$.old_name') IS NOT NULL;
